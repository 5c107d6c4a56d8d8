// SPDX-License-Identifier: BSL-1.0
// Names of constants of drivers: SCSI, RTC, PTP, TEE, GPIO, UBI, MTD, LIRC and others. The tables contain the names up to
// Linux 6.18.
#pragma once

#include <cotrace/uapi/named_values.hpp>

namespace cotrace::uapi::names {

inline constexpr flag_table udmabuf_flags{"UDMABUF_FLAGS_???", {
    {1, "UDMABUF_FLAGS_CLOEXEC"},
}};

inline constexpr flag_table watchdog_options{"WDIOF_???", {
    {0x1, "WDIOF_OVERHEAT"},
    {0x2, "WDIOF_FANFAULT"},
    {0x4, "WDIOF_EXTERN1"},
    {0x8, "WDIOF_EXTERN2"},
    {0x10, "WDIOF_POWERUNDER"},
    {0x20, "WDIOF_CARDRESET"},
    {0x40, "WDIOF_POWEROVER"},
    {0x80, "WDIOF_SETTIMEOUT"},
    {0x100, "WDIOF_MAGICCLOSE"},
    {0x200, "WDIOF_PRETIMEOUT"},
    {0x400, "WDIOF_ALARMONLY"},
    {0x8000, "WDIOF_KEEPALIVEPING"},
}};

inline constexpr flag_table watchdog_settings{"WDIOS_???", {
    {1, "WDIOS_DISABLECARD"},
    {2, "WDIOS_ENABLECARD"},
    {4, "WDIOS_TEMPPANIC"},
}};

inline constexpr enum_table scsi_resets{"SG_SCSI_RESET_???", {
    {0, "SG_SCSI_RESET_NOTHING"},
    {1, "SG_SCSI_RESET_DEVICE"},
    {2, "SG_SCSI_RESET_BUS"},
    {3, "SG_SCSI_RESET_HOST"},
    {4, "SG_SCSI_RESET_TARGET"},
}};

inline constexpr flag_table scsi_reset_flags{"SG_SCSI_RESET_???", {
    {0x100, "SG_SCSI_RESET_NO_ESCALATE"},
}};

inline constexpr flag_table scsi_flags{"SG_FLAG_???", {
    {0x1, "SG_FLAG_DIRECT_IO"},
    {0x2, "SG_FLAG_UNUSED_LUN_INHIBIT"},
    {0x4, "SG_FLAG_MMAP_IO"},
    {0x10000, "SG_FLAG_NO_DXFER"},
    {0x10, "SG_FLAG_Q_AT_TAIL"},
    {0x20, "SG_FLAG_Q_AT_HEAD"},
}};

inline constexpr flag_table scsi_infos{"SG_INFO_???", {
    {0x1, "SG_INFO_CHECK"},
    {0x2, "SG_INFO_DIRECT_IO"},
    {0x4, "SG_INFO_MIXED_IO"},
}};

inline constexpr flag_table bsg_flags{"BSG_FLAG_???", {
    {0x10, "BSG_FLAG_Q_AT_TAIL"},
    {0x20, "BSG_FLAG_Q_AT_HEAD"},
}};

inline constexpr enum_table bsg_subprotocols{"BSG_SUB_PROTOCOL_???", {
    {0, "BSG_SUB_PROTOCOL_SCSI_CMD"},
    {1, "BSG_SUB_PROTOCOL_SCSI_TMF"},
    {2, "BSG_SUB_PROTOCOL_SCSI_TRANSPORT"},
}};

inline constexpr enum_table rtc_parameters{"RTC_PARAM_???", {
    {0, "RTC_PARAM_FEATURES"},
    {1, "RTC_PARAM_CORRECTION"},
    {2, "RTC_PARAM_BACKUP_SWITCH_MODE"},
}};

inline constexpr enum_table rtc_backup_modes{"RTC_BSM_???", {
    {0, "RTC_BSM_DISABLED"},
    {1, "RTC_BSM_DIRECT"},
    {2, "RTC_BSM_LEVEL"},
    {3, "RTC_BSM_STANDBY"},
}};

inline constexpr flag_table rtc_features{"1<<RTC_FEATURE_???", {
    {0x1, "1<<RTC_FEATURE_ALARM"},
    {0x2, "1<<RTC_FEATURE_ALARM_RES_MINUTE"},
    {0x4, "1<<RTC_FEATURE_NEED_WEEK_DAY"},
    {0x8, "1<<RTC_FEATURE_ALARM_RES_2S"},
    {0x10, "1<<RTC_FEATURE_UPDATE_INTERRUPT"},
    {0x20, "1<<RTC_FEATURE_CORRECTION"},
    {0x40, "1<<RTC_FEATURE_BACKUP_SWITCH_MODE"},
    {0x80, "1<<RTC_FEATURE_ALARM_WAKEUP_ONLY"},
}};

inline constexpr enum_table ptp_pin_functions{"PTP_PF_???", {
    {0, "PTP_PF_NONE"},
    {1, "PTP_PF_EXTTS"},
    {2, "PTP_PF_PEROUT"},
    {3, "PTP_PF_PHYSYNC"},
}};

inline constexpr flag_table ptp_output_flags{"PTP_PEROUT_???", {
    {0x1, "PTP_PEROUT_ONE_SHOT"},
    {0x2, "PTP_PEROUT_DUTY_CYCLE"},
    {0x4, "PTP_PEROUT_PHASE"},
}};

inline constexpr flag_table ptp_timestamp_flags{"PTP_???", {
    {0x1, "PTP_ENABLE_FEATURE"},
    {0x2, "PTP_RISING_EDGE"},
    {0x4, "PTP_FALLING_EDGE"},
    {0x8, "PTP_STRICT_FLAGS"},
    {0x10, "PTP_EXT_OFFSET"},
}};

inline constexpr enum_table tee_implementations{"TEE_IMPL_ID_???", {
    {1, "TEE_IMPL_ID_OPTEE"},
    {2, "TEE_IMPL_ID_AMDTEE"},
    {3, "TEE_IMPL_ID_TSTEE"},
    {4, "TEE_IMPL_ID_QTEE"},
}};

inline constexpr flag_table tee_capabilities{"TEE_GEN_CAP_???", {
    {0x1, "TEE_GEN_CAP_GP"},
    {0x2, "TEE_GEN_CAP_PRIVILEGED"},
    {0x4, "TEE_GEN_CAP_REG_MEM"},
    {0x8, "TEE_GEN_CAP_MEMREF_NULL"},
    {0x10, "TEE_GEN_CAP_OBJREF"},
}};

inline constexpr flag_table tee_optee_capabilities{"TEE_OPTEE_CAP_???", {
    {0x1, "TEE_OPTEE_CAP_TZ"},
}};

inline constexpr enum_table tee_logins{"TEE_IOCTL_LOGIN_???", {
    {0, "TEE_IOCTL_LOGIN_PUBLIC"},
    {1, "TEE_IOCTL_LOGIN_USER"},
    {2, "TEE_IOCTL_LOGIN_GROUP"},
    {4, "TEE_IOCTL_LOGIN_APPLICATION"},
    {5, "TEE_IOCTL_LOGIN_USER_APPLICATION"},
    {6, "TEE_IOCTL_LOGIN_GROUP_APPLICATION"},
}};

inline constexpr enum_table tee_parameters{"TEE_IOCTL_PARAM_ATTR_TYPE_???", {
    {0, "TEE_IOCTL_PARAM_ATTR_TYPE_NONE"},
    {1, "TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INPUT"},
    {2, "TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_OUTPUT"},
    {3, "TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INOUT"},
    {5, "TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_INPUT"},
    {6, "TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_OUTPUT"},
    {7, "TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_INOUT"},
    {8, "TEE_IOCTL_PARAM_ATTR_TYPE_UBUF_INPUT"},
    {9, "TEE_IOCTL_PARAM_ATTR_TYPE_UBUF_OUTPUT"},
    {10, "TEE_IOCTL_PARAM_ATTR_TYPE_UBUF_INOUT"},
    {11, "TEE_IOCTL_PARAM_ATTR_TYPE_OBJREF_INPUT"},
    {12, "TEE_IOCTL_PARAM_ATTR_TYPE_OBJREF_OUTPUT"},
    {13, "TEE_IOCTL_PARAM_ATTR_TYPE_OBJREF_INOUT"},
    {256, "TEE_IOCTL_PARAM_ATTR_META"},
}};

inline constexpr flag_table tee_parameter_flags{"TEE_IOCTL_PARAM_ATTR_???", {
    {0x100, "TEE_IOCTL_PARAM_ATTR_META"},
}};

inline constexpr enum_table tee_origins{"TEEC_ORIGIN_???", {
    {1, "TEEC_ORIGIN_API"},
    {2, "TEEC_ORIGIN_COMMS"},
    {3, "TEEC_ORIGIN_TEE"},
    {4, "TEEC_ORIGIN_TRUSTED_APP"},
}};

inline constexpr flag_table gpio_line_info_flags{"GPIOLINE_FLAG_???", {
    {0x1, "GPIOLINE_FLAG_KERNEL"},
    {0x2, "GPIOLINE_FLAG_IS_OUT"},
    {0x4, "GPIOLINE_FLAG_ACTIVE_LOW"},
    {0x8, "GPIOLINE_FLAG_OPEN_DRAIN"},
    {0x10, "GPIOLINE_FLAG_OPEN_SOURCE"},
    {0x20, "GPIOLINE_FLAG_BIAS_PULL_UP"},
    {0x40, "GPIOLINE_FLAG_BIAS_PULL_DOWN"},
    {0x80, "GPIOLINE_FLAG_BIAS_DISABLE"},
}};

inline constexpr flag_table gpio_handle_flags{"GPIOHANDLE_REQUEST_???", {
    {0x1, "GPIOHANDLE_REQUEST_INPUT"},
    {0x2, "GPIOHANDLE_REQUEST_OUTPUT"},
    {0x4, "GPIOHANDLE_REQUEST_ACTIVE_LOW"},
    {0x8, "GPIOHANDLE_REQUEST_OPEN_DRAIN"},
    {0x10, "GPIOHANDLE_REQUEST_OPEN_SOURCE"},
    {0x20, "GPIOHANDLE_REQUEST_BIAS_PULL_UP"},
    {0x40, "GPIOHANDLE_REQUEST_BIAS_PULL_DOWN"},
    {0x80, "GPIOHANDLE_REQUEST_BIAS_DISABLE"},
}};

inline constexpr flag_table gpio_event_flags{"GPIOEVENT_REQUEST_???", {
    {0x3, "GPIOEVENT_REQUEST_BOTH_EDGES"},
    {0x1, "GPIOEVENT_REQUEST_RISING_EDGE"},
    {0x2, "GPIOEVENT_REQUEST_FALLING_EDGE"},
}};

inline constexpr enum_table counter_scopes{"COUNTER_SCOPE_???", {
    {0, "COUNTER_SCOPE_DEVICE"},
    {1, "COUNTER_SCOPE_SIGNAL"},
    {2, "COUNTER_SCOPE_COUNT"},
}};

inline constexpr enum_table counter_events{"COUNTER_EVENT_???", {
    {0, "COUNTER_EVENT_OVERFLOW"},
    {1, "COUNTER_EVENT_UNDERFLOW"},
    {2, "COUNTER_EVENT_OVERFLOW_UNDERFLOW"},
    {3, "COUNTER_EVENT_THRESHOLD"},
    {4, "COUNTER_EVENT_INDEX"},
    {5, "COUNTER_EVENT_CHANGE_OF_STATE"},
    {6, "COUNTER_EVENT_CAPTURE"},
    {7, "COUNTER_EVENT_DIRECTION_CHANGE"},
}};

inline constexpr enum_table counter_components{"COUNTER_COMPONENT_???", {
    {0, "COUNTER_COMPONENT_NONE"},
    {1, "COUNTER_COMPONENT_SIGNAL"},
    {2, "COUNTER_COMPONENT_COUNT"},
    {3, "COUNTER_COMPONENT_FUNCTION"},
    {4, "COUNTER_COMPONENT_SYNAPSE_ACTION"},
    {5, "COUNTER_COMPONENT_EXTENSION"},
}};

inline constexpr enum_table ubi_data_types{"UBI_???", {
    {1, "UBI_LONGTERM"},
    {2, "UBI_SHORTTERM"},
    {3, "UBI_UNKNOWN"},
}};

inline constexpr enum_table ubi_volume_types{"UBI_???_VOLUME", {
    {3, "UBI_DYNAMIC_VOLUME"},
    {4, "UBI_STATIC_VOLUME"},
}};

inline constexpr enum_table ubi_properties{"UBI_VOL_PROP_???", {
    {1, "UBI_VOL_PROP_DIRECT_WRITE"},
}};

inline constexpr flag_table mtd_flags{"MTD_???", {
    {0x400, "MTD_WRITEABLE"},
    {0x800, "MTD_BIT_WRITEABLE"},
    {0x1000, "MTD_NO_ERASE"},
    {0x2000, "MTD_POWERUP_LOCK"},
    {0x4000, "MTD_SLC_ON_MLC_EMULATION"},
}};

inline constexpr enum_table mtd_modes{"MTD_OPS_???", {
    {0, "MTD_OPS_PLACE_OOB"},
    {1, "MTD_OPS_AUTO_OOB"},
    {2, "MTD_OPS_RAW"},
}};

inline constexpr enum_table mtd_file_modes{"MTD_FILE_MODE_???", {
    {0, "MTD_FILE_MODE_NORMAL"},
    {1, "MTD_FILE_MODE_OTP_FACTORY"},
    {2, "MTD_FILE_MODE_OTP_USER"},
    {3, "MTD_FILE_MODE_RAW"},
}};

inline constexpr enum_table mtd_otp_modes{"MTD_OTP_???", {
    {0, "MTD_OTP_OFF"},
    {1, "MTD_OTP_FACTORY"},
    {2, "MTD_OTP_USER"},
}};

inline constexpr enum_table mtd_ecc_modes{"MTD_NANDECC_???", {
    {0, "MTD_NANDECC_OFF"},
    {1, "MTD_NANDECC_PLACE"},
    {2, "MTD_NANDECC_AUTOPLACE"},
    {3, "MTD_NANDECC_PLACEONLY"},
    {4, "MTD_NANDECC_AUTOPL_USR"},
}};

inline constexpr flag_table lirc_modes{"LIRC_MODE_???", {
    {0x1, "LIRC_MODE_RAW"},
    {0x2, "LIRC_MODE_PULSE"},
    {0x4, "LIRC_MODE_MODE2"},
    {0x8, "LIRC_MODE_SCANCODE"},
    {0x10, "LIRC_MODE_LIRCCODE"},
}};

inline constexpr flag_table lirc_features{"LIRC_CAN_???", {
    {0x2, "LIRC_CAN_SEND_PULSE"},
    {0x10, "LIRC_CAN_SEND_LIRCCODE"},
    {0x100, "LIRC_CAN_SET_SEND_CARRIER"},
    {0x200, "LIRC_CAN_SET_SEND_DUTY_CYCLE"},
    {0x400, "LIRC_CAN_SET_TRANSMITTER_MASK"},
    {0x40000, "LIRC_CAN_REC_MODE2"},
    {0x80000, "LIRC_CAN_REC_SCANCODE"},
    {0x100000, "LIRC_CAN_REC_LIRCCODE"},
    {0x1000000, "LIRC_CAN_SET_REC_CARRIER"},
    {0x2000000, "LIRC_CAN_MEASURE_CARRIER"},
    {0x4000000, "LIRC_CAN_USE_WIDEBAND_RECEIVER"},
    {0x10000000, "LIRC_CAN_SET_REC_TIMEOUT"},
    {0x20000000, "LIRC_CAN_GET_REC_RESOLUTION"},
    {0x80000000, "LIRC_CAN_SET_REC_CARRIER_RANGE"},
}};

inline constexpr enum_table force_feedback_effects{"FF_???", {
    {79, "FF_HAPTIC"},
    {80, "FF_RUMBLE"},
    {81, "FF_PERIODIC"},
    {82, "FF_CONSTANT"},
    {83, "FF_SPRING"},
    {84, "FF_FRICTION"},
    {85, "FF_DAMPER"},
    {86, "FF_INERTIA"},
    {87, "FF_RAMP"},
    {88, "FF_SQUARE"},
    {89, "FF_TRIANGLE"},
    {90, "FF_SINE"},
    {91, "FF_SAW_UP"},
    {92, "FF_SAW_DOWN"},
    {93, "FF_CUSTOM"},
    {96, "FF_GAIN"},
    {97, "FF_AUTOCENTER"},
}};

inline constexpr enum_table force_feedback_states{"FF_STATUS_???", {
    {0, "FF_STATUS_STOPPED"},
    {1, "FF_STATUS_PLAYING"},
}};

inline constexpr flag_table kvm_cpuid_flags{"KVM_CPUID_FLAG_???", {
    {0x1, "KVM_CPUID_FLAG_SIGNIFCANT_INDEX"},
    {0x2, "KVM_CPUID_FLAG_STATEFUL_FUNC"},
    {0x4, "KVM_CPUID_FLAG_STATE_READ_NEXT"},
}};

inline constexpr enum_table log_levels{"LOGLEVEL_???", {
    {0, "LOGLEVEL_EMERG"},
    {1, "LOGLEVEL_ALERT"},
    {2, "LOGLEVEL_CRIT"},
    {3, "LOGLEVEL_ERR"},
    {4, "LOGLEVEL_WARNING"},
    {5, "LOGLEVEL_NOTICE"},
    {6, "LOGLEVEL_INFO"},
    {7, "LOGLEVEL_DEBUG"},
    {8, "LOGLEVEL_DEBUG+1"},
}};

} // namespace cotrace::uapi::names
