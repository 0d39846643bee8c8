#pragma once

#include <string>
#include <string_view>

namespace tapedeck::research {

/// A report as one page that needs nothing but itself: no file, no network. `report_json` is what
/// to_json() says and `prices_json` what PriceCurves says ("{}" for none); both stand in the page
/// as they are, and all that it shows is drawn from them. Its policy (Content-Security-Policy) lets
/// the browser load nothing and run no script but the page's own.
std::string to_html(std::string_view report_json, std::string_view prices_json = "{}");

}  // namespace tapedeck::research
