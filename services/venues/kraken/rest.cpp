#include "venues/kraken/rest.h"

#include "base/verify.h"
#include "venues/kraken/json_writer.h"

namespace tapedeck::kraken {

namespace {

constexpr std::size_t kShownMax = 120;
constexpr unsigned kOk = 200;
constexpr unsigned kTooManyRequests = 429;
constexpr unsigned kFirstServerError = 500;

std::string form_body(
    const PrivateCall& call, const Credentials& credentials, std::uint64_t nonce) {
    Form form;
    form.add("nonce", std::to_string(nonce));
    if (credentials.otp) form.add("otp", *credentials.otp);
    for (const auto& [key, value] : call.fields) form.add(key, value);
    return form.str();
}

/// The nonce, and the second factor, in front of the members that are there.
std::string json_body(
    const PrivateCall& call, const Credentials& credentials, std::uint64_t nonce) {
    VERIFY(call.json.size() > 2 && call.json.front() == '{');
    json::Writer writer;
    writer.begin_object().key("nonce").text(std::to_string(nonce));
    if (credentials.otp) writer.key("otp").text(*credentials.otp);
    return writer.str() + "," + call.json.substr(1);
}

VenueError http_error(unsigned status, std::string_view body) {
    VenueError error;
    error.error_class = status == kTooManyRequests    ? ErrorClass::RateLimited
                        : status >= kFirstServerError ? ErrorClass::Transient
                                                      : ErrorClass::Unreadable;
    error.code = "http_status";
    error.text = "HTTP " + std::to_string(status) + ": " + std::string(body.substr(0, kShownMax));
    return error;
}

}  // namespace

RestRequest public_request(std::string_view method, const Form& fields) {
    RestRequest request;
    request.verb = "GET";
    request.target = "/0/public/" + std::string(method);
    if (!fields.str().empty()) request.target += "?" + fields.str();
    return request;
}

PrivateCall private_call(std::string method, FormFields fields) {
    return {std::move(method), std::move(fields), {}};
}

RestRequest sign_call(
    const PrivateCall& call, const Credentials& credentials, std::uint64_t nonce) {
    RestRequest request;
    request.verb = "POST";
    request.target = "/0/private/" + call.method;
    const bool is_form = call.json.empty();
    request.body =
        is_form ? form_body(call, credentials, nonce) : json_body(call, credentials, nonce);
    request.headers = {
        {"Content-Type", is_form ? "application/x-www-form-urlencoded" : "application/json"},
        {"API-Key", credentials.key},
        {"API-Sign", api_sign(credentials.secret, request.target, nonce, request.body)}};
    return request;
}

Answer<RestResult> read_envelope(json::Document& document, unsigned status, std::string_view body) {
    if (status != kOk) return tl::make_unexpected(http_error(status, body));
    TRY(document.read(body));
    const auto root = document.root();
    const auto list = TRY(TRY(root.at("error")).expect(json::Kind::Array));
    RestResult result;
    std::vector<std::string> errors;
    for (const auto entry : list) {
        auto text = TRY(entry.text());
        const bool is_warning = classify(text).error_class == ErrorClass::Warning;
        (is_warning ? result.warnings : errors).push_back(std::move(text));
    }
    if (!errors.empty()) return tl::make_unexpected(classify(errors));
    if (const auto value = root.find("result")) {
        result.value = *value;
    } else if (result.warnings.empty()) {
        return tl::make_unexpected(VenueError(root.wrong("a result or an error").value()));
    }
    return result;
}

}  // namespace tapedeck::kraken
