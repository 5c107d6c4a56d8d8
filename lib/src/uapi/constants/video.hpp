// SPDX-License-Identifier: BSL-1.0
// Names of constants of Video4Linux, from linux/videodev2.h. The tables contain the names up to Linux 6.18.
#pragma once

#include <cotrace/uapi/named_values.hpp>

namespace cotrace::uapi::names {

inline constexpr enum_table v4l2_interval_types{"V4L2_FRMIVAL_TYPE_???", {
    {1, "V4L2_FRMIVAL_TYPE_DISCRETE"},
    {2, "V4L2_FRMIVAL_TYPE_CONTINUOUS"},
    {3, "V4L2_FRMIVAL_TYPE_STEPWISE"},
}};

inline constexpr enum_table v4l2_size_types{"V4L2_FRMSIZE_TYPE_???", {
    {1, "V4L2_FRMSIZE_TYPE_DISCRETE"},
    {2, "V4L2_FRMSIZE_TYPE_CONTINUOUS"},
    {3, "V4L2_FRMSIZE_TYPE_STEPWISE"},
}};

inline constexpr flag_table v4l2_control_flags{"V4L2_CTRL_FLAG_???", {
    {0x1, "V4L2_CTRL_FLAG_DISABLED"},
    {0x2, "V4L2_CTRL_FLAG_GRABBED"},
    {0x4, "V4L2_CTRL_FLAG_READ_ONLY"},
    {0x8, "V4L2_CTRL_FLAG_UPDATE"},
    {0x10, "V4L2_CTRL_FLAG_INACTIVE"},
    {0x20, "V4L2_CTRL_FLAG_SLIDER"},
    {0x40, "V4L2_CTRL_FLAG_WRITE_ONLY"},
    {0x80, "V4L2_CTRL_FLAG_VOLATILE"},
    {0x100, "V4L2_CTRL_FLAG_HAS_PAYLOAD"},
    {0x200, "V4L2_CTRL_FLAG_EXECUTE_ON_WRITE"},
    {0x400, "V4L2_CTRL_FLAG_MODIFY_LAYOUT"},
    {0x800, "V4L2_CTRL_FLAG_DYNAMIC_ARRAY"},
    {0x1000, "V4L2_CTRL_FLAG_HAS_WHICH_MIN_MAX"},
}};

inline constexpr flag_table v4l2_next_control_flags{"V4L2_CTRL_FLAG_NEXT_???", {
    {0x80000000, "V4L2_CTRL_FLAG_NEXT_CTRL"},
    {0x40000000, "V4L2_CTRL_FLAG_NEXT_COMPOUND"},
}};

inline constexpr enum_table v4l2_control_types{"V4L2_CTRL_TYPE_???", {
    {1, "V4L2_CTRL_TYPE_INTEGER"},
    {2, "V4L2_CTRL_TYPE_BOOLEAN"},
    {3, "V4L2_CTRL_TYPE_MENU"},
    {4, "V4L2_CTRL_TYPE_BUTTON"},
    {5, "V4L2_CTRL_TYPE_INTEGER64"},
    {6, "V4L2_CTRL_TYPE_CTRL_CLASS"},
    {7, "V4L2_CTRL_TYPE_STRING"},
    {8, "V4L2_CTRL_TYPE_BITMASK"},
    {9, "V4L2_CTRL_TYPE_INTEGER_MENU"},
    {256, "V4L2_CTRL_TYPE_U8"},
    {257, "V4L2_CTRL_TYPE_U16"},
    {258, "V4L2_CTRL_TYPE_U32"},
    {262, "V4L2_CTRL_TYPE_AREA"},
    {263, "V4L2_CTRL_TYPE_RECT"},
    {272, "V4L2_CTRL_TYPE_HDR10_CLL_INFO"},
    {273, "V4L2_CTRL_TYPE_HDR10_MASTERING_DISPLAY"},
    {512, "V4L2_CTRL_TYPE_H264_SPS"},
    {513, "V4L2_CTRL_TYPE_H264_PPS"},
    {514, "V4L2_CTRL_TYPE_H264_SCALING_MATRIX"},
    {515, "V4L2_CTRL_TYPE_H264_SLICE_PARAMS"},
    {516, "V4L2_CTRL_TYPE_H264_DECODE_PARAMS"},
    {517, "V4L2_CTRL_TYPE_H264_PRED_WEIGHTS"},
    {544, "V4L2_CTRL_TYPE_FWHT_PARAMS"},
    {576, "V4L2_CTRL_TYPE_VP8_FRAME"},
    {592, "V4L2_CTRL_TYPE_MPEG2_QUANTISATION"},
    {593, "V4L2_CTRL_TYPE_MPEG2_SEQUENCE"},
    {594, "V4L2_CTRL_TYPE_MPEG2_PICTURE"},
    {608, "V4L2_CTRL_TYPE_VP9_COMPRESSED_HDR"},
    {609, "V4L2_CTRL_TYPE_VP9_FRAME"},
    {624, "V4L2_CTRL_TYPE_HEVC_SPS"},
    {625, "V4L2_CTRL_TYPE_HEVC_PPS"},
    {626, "V4L2_CTRL_TYPE_HEVC_SLICE_PARAMS"},
    {627, "V4L2_CTRL_TYPE_HEVC_SCALING_MATRIX"},
    {628, "V4L2_CTRL_TYPE_HEVC_DECODE_PARAMS"},
    {629, "V4L2_CTRL_TYPE_HEVC_EXT_SPS_ST_RPS"},
    {630, "V4L2_CTRL_TYPE_HEVC_EXT_SPS_LT_RPS"},
    {640, "V4L2_CTRL_TYPE_AV1_SEQUENCE"},
    {641, "V4L2_CTRL_TYPE_AV1_TILE_GROUP_ENTRY"},
    {642, "V4L2_CTRL_TYPE_AV1_FRAME"},
    {643, "V4L2_CTRL_TYPE_AV1_FILM_GRAIN"},
}};

inline constexpr enum_table v4l2_control_classes{"V4L2_CTRL_CLASS_???", {
    {0x980000, "V4L2_CTRL_CLASS_USER"},
    {0x990000, "V4L2_CTRL_CLASS_CODEC"},
    {0x9a0000, "V4L2_CTRL_CLASS_CAMERA"},
    {0x9b0000, "V4L2_CTRL_CLASS_FM_TX"},
    {0x9c0000, "V4L2_CTRL_CLASS_FLASH"},
    {0x9d0000, "V4L2_CTRL_CLASS_JPEG"},
    {0x9e0000, "V4L2_CTRL_CLASS_IMAGE_SOURCE"},
    {0x9f0000, "V4L2_CTRL_CLASS_IMAGE_PROC"},
    {0xa00000, "V4L2_CTRL_CLASS_DV"},
    {0xa10000, "V4L2_CTRL_CLASS_FM_RX"},
    {0xa20000, "V4L2_CTRL_CLASS_RF_TUNER"},
    {0xa30000, "V4L2_CTRL_CLASS_DETECT"},
    {0xa40000, "V4L2_CTRL_CLASS_CODEC_STATELESS"},
    {0xa50000, "V4L2_CTRL_CLASS_COLORIMETRY"},
}};

inline constexpr enum_table v4l2_tuner_modes{"V4L2_TUNER_MODE_???", {
    {0, "V4L2_TUNER_MODE_MONO"},
    {1, "V4L2_TUNER_MODE_STEREO"},
    {2, "V4L2_TUNER_MODE_LANG2"},
    {3, "V4L2_TUNER_MODE_LANG1"},
    {4, "V4L2_TUNER_MODE_LANG1_LANG2"},
}};

inline constexpr flag_table v4l2_tuner_receptions{"V4L2_TUNER_SUB_???", {
    {0x1, "V4L2_TUNER_SUB_MONO"},
    {0x2, "V4L2_TUNER_SUB_STEREO"},
    {0x4, "V4L2_TUNER_SUB_LANG2"},
    {0x8, "V4L2_TUNER_SUB_LANG1"},
    {0x10, "V4L2_TUNER_SUB_RDS"},
}};

inline constexpr flag_table v4l2_tuner_capabilities{"V4L2_TUNER_CAP_???", {
    {0x1, "V4L2_TUNER_CAP_LOW"},
    {0x2, "V4L2_TUNER_CAP_NORM"},
    {0x4, "V4L2_TUNER_CAP_HWSEEK_BOUNDED"},
    {0x8, "V4L2_TUNER_CAP_HWSEEK_WRAP"},
    {0x10, "V4L2_TUNER_CAP_STEREO"},
    {0x20, "V4L2_TUNER_CAP_LANG2"},
    {0x40, "V4L2_TUNER_CAP_LANG1"},
    {0x80, "V4L2_TUNER_CAP_RDS"},
    {0x100, "V4L2_TUNER_CAP_RDS_BLOCK_IO"},
    {0x200, "V4L2_TUNER_CAP_RDS_CONTROLS"},
    {0x400, "V4L2_TUNER_CAP_FREQ_BANDS"},
    {0x800, "V4L2_TUNER_CAP_HWSEEK_PROG_LIM"},
    {0x1000, "V4L2_TUNER_CAP_1HZ"},
}};

inline constexpr enum_table v4l2_tuner_types{"V4L2_TUNER_???", {
    {1, "V4L2_TUNER_RADIO"},
    {2, "V4L2_TUNER_ANALOG_TV"},
    {3, "V4L2_TUNER_DIGITAL_TV"},
    {4, "V4L2_TUNER_SDR"},
    {5, "V4L2_TUNER_RF"},
}};

inline constexpr enum_table v4l2_input_types{"V4L2_INPUT_TYPE_???", {
    {1, "V4L2_INPUT_TYPE_TUNER"},
    {2, "V4L2_INPUT_TYPE_CAMERA"},
    {3, "V4L2_INPUT_TYPE_TOUCH"},
}};

inline constexpr flag_table v4l2_standards{"V4L2_STD_???", {
    {0x1, "V4L2_STD_PAL_B"},
    {0x2, "V4L2_STD_PAL_B1"},
    {0x4, "V4L2_STD_PAL_G"},
    {0x8, "V4L2_STD_PAL_H"},
    {0x10, "V4L2_STD_PAL_I"},
    {0x20, "V4L2_STD_PAL_D"},
    {0x40, "V4L2_STD_PAL_D1"},
    {0x80, "V4L2_STD_PAL_K"},
    {0x100, "V4L2_STD_PAL_M"},
    {0x200, "V4L2_STD_PAL_N"},
    {0x400, "V4L2_STD_PAL_Nc"},
    {0x800, "V4L2_STD_PAL_60"},
    {0x1000, "V4L2_STD_NTSC_M"},
    {0x2000, "V4L2_STD_NTSC_M_JP"},
    {0x4000, "V4L2_STD_NTSC_443"},
    {0x8000, "V4L2_STD_NTSC_M_KR"},
    {0x10000, "V4L2_STD_SECAM_B"},
    {0x20000, "V4L2_STD_SECAM_D"},
    {0x40000, "V4L2_STD_SECAM_G"},
    {0x80000, "V4L2_STD_SECAM_H"},
    {0x100000, "V4L2_STD_SECAM_K"},
    {0x200000, "V4L2_STD_SECAM_K1"},
    {0x400000, "V4L2_STD_SECAM_L"},
    {0x800000, "V4L2_STD_SECAM_LC"},
    {0x1000000, "V4L2_STD_ATSC_8_VSB"},
    {0x2000000, "V4L2_STD_ATSC_16_VSB"},
}};

inline constexpr flag_table v4l2_input_states{"V4L2_IN_ST_???", {
    {0x1, "V4L2_IN_ST_NO_POWER"},
    {0x2, "V4L2_IN_ST_NO_SIGNAL"},
    {0x4, "V4L2_IN_ST_NO_COLOR"},
    {0x10, "V4L2_IN_ST_HFLIP"},
    {0x20, "V4L2_IN_ST_VFLIP"},
    {0x100, "V4L2_IN_ST_NO_H_LOCK"},
    {0x200, "V4L2_IN_ST_COLOR_KILL"},
    {0x400, "V4L2_IN_ST_NO_V_LOCK"},
    {0x800, "V4L2_IN_ST_NO_STD_LOCK"},
    {0x10000, "V4L2_IN_ST_NO_SYNC"},
    {0x20000, "V4L2_IN_ST_NO_EQU"},
    {0x40000, "V4L2_IN_ST_NO_CARRIER"},
    {0x1000000, "V4L2_IN_ST_MACROVISION"},
    {0x2000000, "V4L2_IN_ST_NO_ACCESS"},
    {0x4000000, "V4L2_IN_ST_VTR"},
}};

inline constexpr flag_table v4l2_input_capabilities{"V4L2_IN_CAP_???", {
    {0x2, "V4L2_IN_CAP_DV_TIMINGS"},
    {0x4, "V4L2_IN_CAP_STD"},
    {0x8, "V4L2_IN_CAP_NATIVE_SIZE"},
}};

inline constexpr flag_table v4l2_stream_modes{"V4L2_MODE_???", {
    {0x1, "V4L2_MODE_HIGHQUALITY"},
}};

inline constexpr flag_table v4l2_stream_capabilities{"V4L2_CAP_???", {
    {0x1000, "V4L2_CAP_TIMEPERFRAME"},
}};

inline constexpr enum_table v4l2_buffer_timestamps{"V4L2_BUF_FLAG_TIMESTAMP_???", {
    {0x0, "V4L2_BUF_FLAG_TIMESTAMP_UNKNOWN"},
    {0x2000, "V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC"},
    {0x4000, "V4L2_BUF_FLAG_TIMESTAMP_COPY"},
}};

inline constexpr enum_table v4l2_buffer_timestamp_sources{"V4L2_BUF_FLAG_TSTAMP_SRC_???", {
    {0x0, "V4L2_BUF_FLAG_TSTAMP_SRC_EOF"},
    {0x10000, "V4L2_BUF_FLAG_TSTAMP_SRC_SOE"},
}};

inline constexpr flag_table v4l2_sliced_services{"V4L2_SLICED_???", {
    {0x4401, "V4L2_SLICED_VBI_625"},
    {0x1, "V4L2_SLICED_TELETEXT_B"},
    {0x400, "V4L2_SLICED_VPS"},
    {0x1000, "V4L2_SLICED_CAPTION_525"},
    {0x4000, "V4L2_SLICED_WSS_625"},
}};

inline constexpr flag_table v4l2_vbi_flags{"V4L2_VBI_???", {
    {0x1, "V4L2_VBI_UNSYNC"},
    {0x2, "V4L2_VBI_INTERLACED"},
}};

inline constexpr flag_table v4l2_format_flags{"V4L2_FMT_FLAG_???", {
    {0x1, "V4L2_FMT_FLAG_COMPRESSED"},
    {0x2, "V4L2_FMT_FLAG_EMULATED"},
    {0x4, "V4L2_FMT_FLAG_CONTINUOUS_BYTESTREAM"},
    {0x8, "V4L2_FMT_FLAG_DYN_RESOLUTION"},
    {0x10, "V4L2_FMT_FLAG_ENC_CAP_FRAME_INTERVAL"},
    {0x20, "V4L2_FMT_FLAG_CSC_COLORSPACE"},
    {0x40, "V4L2_FMT_FLAG_CSC_XFER_FUNC"},
    {0x80, "V4L2_FMT_FLAG_CSC_YCBCR_ENC"},
    {0x100, "V4L2_FMT_FLAG_CSC_QUANTIZATION"},
    {0x200, "V4L2_FMT_FLAG_META_LINE_BASED"},
}};

inline constexpr enum_table v4l2_radio_formats{"", {
    {0x30324350, "V4L2_SDR_FMT_PCU20BE"},
    {0x32315552, "V4L2_SDR_FMT_RU12LE"},
    {0x34315343, "V4L2_SDR_FMT_CS14LE"},
    {0x36314350, "V4L2_SDR_FMT_PCU16BE"},
    {0x36315543, "V4L2_SDR_FMT_CU16LE"},
    {0x38305343, "V4L2_SDR_FMT_CS8"},
    {0x38305543, "V4L2_SDR_FMT_CU8"},
    {0x38314350, "V4L2_SDR_FMT_PCU18BE"},
}};

inline constexpr enum_table v4l2_metadata_formats{"", {
    {0x43425052, "V4L2_META_FMT_RPI_BE_CFG"},
    {0x43465052, "V4L2_META_FMT_RPI_FE_CFG"},
    {0x44564956, "V4L2_META_FMT_VIVID"},
    {0x45314b52, "V4L2_META_FMT_RK_ISP1_EXT_PARAMS"},
    {0x48435655, "V4L2_META_FMT_UVC"},
    {0x48505356, "V4L2_META_FMT_VSP1_HGO"},
    {0x4d435655, "V4L2_META_FMT_UVC_MSXU_1_5"},
    {0x4d503343, "V4L2_META_FMT_C3ISP_PARAMS"},
    {0x50314b52, "V4L2_META_FMT_RK_ISP1_PARAMS"},
    {0x50353543, "V4L2_META_FMT_MALI_C55_PARAMS"},
    {0x53314b52, "V4L2_META_FMT_RK_ISP1_STAT_3A"},
    {0x53353543, "V4L2_META_FMT_MALI_C55_STATS"},
    {0x53465052, "V4L2_META_FMT_RPI_FE_STATS"},
    {0x54505356, "V4L2_META_FMT_VSP1_HGT"},
    {0x54533343, "V4L2_META_FMT_C3ISP_STATS"},
    {0x58583444, "V4L2_META_FMT_D4XX"},
}};

} // namespace cotrace::uapi::names
