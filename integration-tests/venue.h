#pragma once

#include "base/decimal.h"
#include "net/wire.h"
#include "stack.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tapedeck::integration {

/// A Kraken of our own, in a process, and what makes it misbehave.
class Venue {
public:
    /// `accounts`: its accounts.json; empty: one account with keys of its own making. `keeps`:
    /// after restart() it is what it was.
    explicit Venue(std::uint64_t seed = 1, const std::string& accounts = "", bool keeps = false);

    /// Overrides that make the stack trade there.
    std::vector<std::string> settings() const;

    /// And these, so that orders go there too, for the account "main" and with its key.
    std::vector<std::string> trading_settings() const;

    /// An order as the venue has it, of any account but its own.
    struct Order {
        std::string id;
        std::string client_id;
        std::string pair;
        std::string status;
        Decimal quantity;
        Decimal filled;
    };

    std::vector<Order> orders();

    /// What the account "main" holds, by currency.
    std::map<std::string, Decimal> balances();

    /// How often it was asked, or said, such a thing: "rest.Ticker", "stream.book".
    std::int64_t counted(const std::string& what);

    /// Has a rule strike: `members` of the rule's JSON object, as "\"fault\":\"drop\",\"count\":1".
    void strike(const std::string& members) { ask("rules", "{" + members + "}"); }

    /// Every rule is gone.
    void heal();

    std::string private_socket_url() const;

    /// POST to /admin/`what`; its answer. Fails the test if there is none.
    std::string ask(const std::string& what, const std::string& body = "{}");
    /// GET of /admin/`what`.
    std::string look(const std::string& what);

    Child& process() { return *process_; }

    /// kill -9, and again on the same port.
    void restart();

private:
    void start(std::uint16_t port);
    std::string call(const std::string& method, const std::string& what, const std::string& body);

    testing::TemporaryDirectory home_;
    std::string key_file_;
    std::string secret_file_;
    std::uint64_t seed_;
    bool keeps_;
    std::uint16_t port_ = 0;
    std::unique_ptr<Child> process_;
    std::unique_ptr<net::Wire> wire_;
};

}  // namespace tapedeck::integration
