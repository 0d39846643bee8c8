#include "venue-simulator/core/sockets.h"

#include "venue-simulator/core/text.h"

#include <set>

namespace tapedeck::venue_simulator {
namespace {

constexpr Duration kHeartbeat = std::chrono::seconds(1);
constexpr Duration kIdle = std::chrono::seconds(60);
constexpr const char* kMalformed = "Malformed request";

bool is_method(const std::string& name) {
    static const std::set<std::string> kMethods = {
        "ping",
        "subscribe",
        "unsubscribe",
        "add_order",
        "amend_order",
        "edit_order",
        "cancel_order",
        "cancel_all",
        "cancel_all_orders_after",
        "batch_add",
        "batch_cancel"};
    return kMethods.contains(name);
}

/// What is wrong with the frame of a request; empty if nothing.
std::string frame_problem(const Json& message, const std::string& method) {
    if (!is_method(method)) return "Unsupported event";
    for (const auto& member : message.members) {
        const bool is_known = member.name == "method" || member.name == "req_id" ||
                              (member.name == "params" && method != "ping");
        if (is_known) continue;
        return "Unsupported field: '" + member.name + "' for the given msg type: " + method;
    }
    return "";
}

void add_times(Object& json, const Moment& at) {
    json.text("time_in", rfc3339_micros(at.received));
    json.text("time_out", rfc3339_micros(at.now));
}

void add_id(Object& json, const SocketCall& call) {
    if (!call.id.empty()) json.raw("req_id", call.id);
}

std::string first_symbol(const Json& params) {
    const Json* symbol = params.find("symbol");
    if (symbol == nullptr) return "";
    if (symbol->is(Json::Kind::Array)) return symbol->items.empty() ? "" : symbol->items[0].text;
    return symbol->text;
}

}  // namespace

const Json& params_of(const SocketCall& call) {
    static const Json kNone = [] {
        Json none;
        none.kind = Json::Kind::Object;
        return none;
    }();
    const Json* params = call.message.find("params");
    return params == nullptr ? kNone : *params;
}

bool Sockets::open(SocketId id, const std::string& target, Time now) {
    const std::string path = target.substr(0, target.find('?'));
    const bool is_private = path == paths_.closed;
    if (!is_private && path != paths_.open) return false;
    sockets_[id] = {is_private, now, now, {}};
    send(id, {.text = status_message(id), .channel = "status"}, now);
    return true;
}

void Sockets::close(SocketId id, Time now) {
    const auto found = sockets_.find(id);
    if (found == sockets_.end()) return;
    for (const auto& subscription : found->second.subscriptions) {
        if (!subscription.token.empty()) floor_.keys.release_token(subscription.token, now);
    }
    sockets_.erase(found);
}

std::vector<SocketId> Sockets::all() const {
    std::vector<SocketId> result;
    for (const auto& [id, _] : sockets_) result.push_back(id);
    return result;
}

std::string Sockets::status_message(SocketId id) const {
    const std::string data =
        Object()
            .text("version", "2.0.10")
            .text("system", text_of(floor_.exchange.mode()))
            .text("api_version", "v2")
            .raw("connection_id", std::to_string(9'300'000'000'000'000'000U + id))
            .take();
    return channel_message("status", "update", "[" + data + "]");
}

SocketCall Sockets::read(SocketId id, const std::string& text, Time now) {
    SocketCall call;
    call.socket = id;
    if (const auto found = sockets_.find(id); found != sockets_.end()) {
        found->second.heard = now;
        call.is_private = found->second.is_private;
    }
    auto message = parse_json(text);
    if (!message || !message->is(Json::Kind::Object)) {
        call.problem = kMalformed;
        return call;
    }
    call.message = std::move(*message);
    const Json* method = call.message.find("method");
    if (method != nullptr && method->is(Json::Kind::Text)) call.method = method->text;
    if (const Json* req_id = call.message.find("req_id");
        req_id != nullptr && req_id->is(Json::Kind::Number) && req_id->is_integer) {
        call.id = req_id->text;
    }
    call.problem = frame_problem(call.message, call.method);
    const Json& params = params_of(call);
    call.occasion.method = call.method;
    call.occasion.pair = find_symbol(first_symbol(params));
    if (const Json* channel = params.find("channel")) call.occasion.channel = channel->text;
    if (const Json* token = params.find("token")) {
        const ApiKey* key = floor_.keys.owner_of(token->text, now);
        if (key != nullptr) call.occasion.key = key->key;
    }
    return call;
}

std::string Sockets::error_answer(
    const SocketCall& call, const std::string& error, const Moment& at) {
    Object json;
    json.text("error", error);
    json.text("method", is_method(call.method) ? call.method : "error");
    add_id(json, call);
    if (error == "ESession:Invalid session") json.text("status", "error");
    json.boolean("success", false);
    const std::string symbol = first_symbol(params_of(call));
    if (call.method == "subscribe" && !symbol.empty()) json.text("symbol", symbol);
    add_times(json, at);
    return json.take();
}

std::string Sockets::done(
    const SocketCall& call, const std::string& result, const Moment& at) const {
    Object json;
    json.text("method", call.method);
    add_id(json, call);
    json.raw("result", result).boolean("success", true);
    add_times(json, at);
    return json.take();
}

std::string Sockets::said(const SocketCall& call, const Answer& answer, const Moment& at) const {
    return answer ? done(call, *answer, at) : error_answer(call, answer.error(), at);
}

std::string Sockets::pong(const SocketCall& call, const Moment& at) const {
    Object json;
    json.text("method", "pong");
    add_id(json, call);
    add_times(json, at);
    return json.take();
}

std::vector<std::string> Sockets::answer(const SocketCall& call, const Moment& at) {
    // What was sent takes effect, also if its sender is gone by now; only streams end with him.
    const bool is_order = call.method != "subscribe" && call.method != "unsubscribe";
    if (!is_open(call.socket) && !is_order) return {};
    if (!call.problem.empty()) return {error_answer(call, call.problem, at)};
    if (call.method == "ping") return {pong(call, at)};
    if (call.method == "subscribe") return subscribe(call, at);
    if (call.method == "unsubscribe") return unsubscribe(call, at);
    if (call.method == "cancel_order") return cancel_order(call, at);
    using Run = Answer (Sockets::*)(const SocketCall&, const Moment&);
    static const std::map<std::string, Run> kMethods = {
        {"add_order", &Sockets::add_order},
        {"amend_order", &Sockets::amend_order},
        {"edit_order", &Sockets::edit_order},
        {"cancel_all", &Sockets::cancel_all},
        {"cancel_all_orders_after", &Sockets::cancel_all_after},
        {"batch_add", &Sockets::batch_add},
        {"batch_cancel", &Sockets::batch_cancel}};
    return {said(call, (this->*kMethods.at(call.method))(call, at), at)};
}

void Sockets::send(SocketId id, Outgoing message, Time now) {
    const auto found = sockets_.find(id);
    if (found == sockets_.end()) return;
    found->second.said = now;
    message.socket = id;
    out_.push_back(std::move(message));
}

void Sockets::advance(Time now) {
    for (auto& [id, socket] : sockets_) {
        if (socket.subscriptions.empty()) {
            if (now - socket.heard < kIdle) continue;
            socket.heard = now;  // said once
            out_.push_back({.socket = id, .closes = true});
        } else if (now - socket.said >= kHeartbeat) {
            send(id, {.text = R"({"channel":"heartbeat"})", .channel = "heartbeat"}, now);
        }
    }
}

std::vector<Outgoing> Sockets::take() {
    return std::exchange(out_, {});
}

}  // namespace tapedeck::venue_simulator
