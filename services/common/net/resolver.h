#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tapedeck::net {

/// Names to addresses. Asio's own resolver asks one name after the other and, when it ends, waits
/// for the last answer, however long a dead name server takes. Here every name has a thread of its
/// own, and nobody waits for a thread that nobody needs any more.
class Resolver {
public:
    struct Answer {
        std::vector<boost::asio::ip::address> addresses;
        std::string why;  ///< there are none
    };

    using Done = std::function<void(const Answer&)>;

    explicit Resolver(boost::asio::io_context& context);
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;
    ~Resolver();

    /// `done` is called on the context's thread, later; not at all if the resolver ends before.
    void resolve(const std::string& host, Done done);

private:
    struct Mailbox;

    void answered(const std::string& host, const Answer& answer);

    boost::asio::io_context& context_;
    std::shared_ptr<Mailbox> mailbox_;
    std::map<std::string, std::vector<Done>> waiting_;  // a thread for each
};

}  // namespace tapedeck::net
