#pragma once

#include "base/time.h"
#include "venues/kraken/errors.h"
#include "venues/kraken/json.h"
#include "venues/kraken/sign.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The envelope that all of Kraken's REST shares. Source: "Spot REST API", introduction and
/// authentication.
namespace tapedeck::kraken {

/// An HTTP request but for the host, which isn't this folder's business.
struct RestRequest {
    std::string verb;    ///< GET or POST
    std::string target;  ///< path and query
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

/// `GET /0/public/<method>?<fields>`.
RestRequest public_request(std::string_view method, const Form& fields);

using FormFields = std::vector<std::pair<std::string, std::string>>;

/// A private call that has no nonce yet: it can wait in a queue for as long as need be, and gets
/// its nonce when it leaves, so that nonces leave in their order.
struct PrivateCall {
    std::string method;  ///< "AddOrder"
    FormFields fields;
    /// Where arrays are sent: the JSON object instead of the form, as "{…}" without nonce.
    std::string json;
};

PrivateCall private_call(std::string method, FormFields fields = {});

/// What signs. `otp` is the second factor, where the key has one.
struct Credentials {
    std::string key;
    const Secret& secret;
    std::optional<std::string> otp;
};

/// `POST /0/private/<method>`, signed: the bytes are final.
RestRequest sign_call(const PrivateCall& call, const Credentials& credentials, std::uint64_t nonce);

/// The `result` of an answer.
struct RestResult {
    json::Value value;                  ///< null where there was none, beside a warning
    std::vector<std::string> warnings;  ///< entries of `error` that begin with W
};

/// Reads the envelope `{"error":[…],"result":…}`. `document` is working memory; it and the body
/// must live as long as the value. Any status but 200 is no answer of the service, whatever its
/// body says: the outcome of the request isn't known then.
Answer<RestResult> read_envelope(json::Document& document, unsigned status, std::string_view body);

}  // namespace tapedeck::kraken
