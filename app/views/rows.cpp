// SPDX-License-Identifier: BSL-1.0
#include "views/rows.hpp"

#include <cotrace/render/rows.hpp>

#include <utility>

#include <sys/utsname.h>

namespace cotrace::app {

namespace {

class rows final : public view {
public:
    explicit rows(render::row_options options)
        : writer_{std::move(options)}
    {
    }

private:
    void append(record const& seen, std::string& to) override { writer_.append(seen, to); }
    void finish(std::string& to) override { writer_.finish(to); }
    // The writer itself omits the calls that are not shown. A record of such a call can end a call that is shown.
    void leave_out(record const& seen, std::string& to) override { writer_.append(seen, to); }

    render::row_writer writer_;
};

std::string name_of_host()
{
    utsname about{};
    ::uname(&about);
    return about.nodename;
}

}   // namespace

std::unique_ptr<view> row_view(options const& wanted)
{
    render::row_options made;
    made.form = wanted.format == output_format::csv ? render::row_form::csv : render::row_form::ndjson;
    made.host = wanted.host_label.empty() ? name_of_host() : wanted.host_label;
    made.text = wanted.text;
    return std::make_unique<rows>(std::move(made));
}

}   // namespace cotrace::app
