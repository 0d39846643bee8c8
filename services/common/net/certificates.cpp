#include "net/tls_server.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <string_view>

namespace tapedeck::net {

namespace {

template <auto free>
struct Free {
    template <class T>
    void operator()(T* thing) const {
        free(thing);
    }
};

using Key = std::unique_ptr<EVP_PKEY, Free<::EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<::X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<::X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Free<::BIO_free_all>>;

tl::unexpected<Error> openssl_failed(const std::string& what) {
    std::array<char, 256> text{};
    ::ERR_error_string_n(::ERR_get_error(), text.data(), text.size());
    ::ERR_clear_error();
    return fail("cannot make " + what + ": " + text.data());
}

/// Of both certificates, in unix time.
struct Validity {
    std::time_t from;
    std::time_t until;
};

struct Issuer {
    X509* certificate;  ///< null: the certificate is its own
    EVP_PKEY* key;
};

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context{};
    ::X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(::X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    return extension && ::X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
    std::uint64_t serial = 0;
    std::array<unsigned char, sizeof serial> bytes{};
    if (::RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
    std::memcpy(&serial, bytes.data(), sizeof serial);
    return ::ASN1_INTEGER_set_uint64(::X509_get_serialNumber(certificate), serial | 1U) == 1;
}

bool set_name(X509* certificate, const std::string& name) {
    std::array<unsigned char, 64> bytes{};
    const auto size = std::min(name.size(), bytes.size());  // the most that a common name holds
    std::copy_n(name.begin(), size, bytes.begin());
    return ::X509_NAME_add_entry_by_txt(
               ::X509_get_subject_name(certificate),
               "CN",
               MBSTRING_UTF8,
               bytes.data(),
               static_cast<int>(size),
               -1,
               0) == 1;
}

struct Extra {
    int kind;
    std::string value;
};

/// X.509 version 3, signed by the issuer.
Certificate certify(
    EVP_PKEY* key,
    const std::string& name,
    const Validity& validity,
    const Issuer& issuer,
    const std::vector<Extra>& extras) {
    Certificate certificate(::X509_new());
    auto* raw = certificate.get();
    if (raw == nullptr) return nullptr;
    auto* by = issuer.certificate != nullptr ? issuer.certificate : raw;
    bool is_good = ::X509_set_version(raw, 2) == 1 && set_serial(raw) && set_name(raw, name) &&
                   ::X509_set_pubkey(raw, key) == 1 &&
                   ::ASN1_TIME_set(::X509_getm_notBefore(raw), validity.from) != nullptr &&
                   ::ASN1_TIME_set(::X509_getm_notAfter(raw), validity.until) != nullptr &&
                   ::X509_set_issuer_name(raw, ::X509_get_subject_name(by)) == 1;
    for (const auto& extra : extras) {
        is_good = is_good && add_extension(raw, by, extra.kind, extra.value);
    }
    is_good = is_good && ::X509_sign(raw, issuer.key, ::EVP_sha256()) > 0;
    return is_good ? std::move(certificate) : nullptr;
}

template <class Write>
std::string pem(Write&& write) {
    const Memory memory(::BIO_new(::BIO_s_mem()));
    if (!memory || write(memory.get()) != 1) return "";
    std::string text(::BIO_ctrl_pending(memory.get()), '\0');
    const int size = ::BIO_read(memory.get(), text.data(), static_cast<int>(text.size()));
    return size == static_cast<int>(text.size()) ? text : "";
}

Result<std::string> write_file(const std::string& path, std::string_view text, mode_t mode) {
    const auto failed = [&] { return fail(path + ": cannot write it: " + std::strerror(errno)); };
    ::unlink(path.c_str());  // an old file's mode may let others read
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file < 0) return failed();
    const bool is_written = ::write(file, text.data(), text.size()) ==
                            static_cast<ssize_t>(text.size());  // a page; files take it whole
    if ((::close(file) != 0) || !is_written) return failed();
    return path;
}

/// "DNS:localhost,IP:127.0.0.1", of what can be neither mistaken for more than a name nor empty.
Result<std::string> alternative_names(const std::vector<std::string>& hosts) {
    std::string names;
    for (const auto& host : hosts) {
        const bool is_host = !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
            const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            return is_letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
        });
        if (!is_host) return fail("\"" + host + "\": expected a host name or an address");
        const bool is_address = host.find(':') != std::string::npos ||
                                host.find_first_not_of("0123456789.") == std::string::npos;
        names += (names.empty() ? "" : ",") + std::string(is_address ? "IP:" : "DNS:") + host;
    }
    if (names.empty()) return fail("a certificate needs a host");
    return names;
}

}  // namespace

Result<TestCertificates> make_test_certificates(
    const std::string& directory, const std::vector<std::string>& hosts, Duration validity) {
    const std::string names = TRY(alternative_names(hosts));
    constexpr auto kDay = std::chrono::hours(24);
    const auto from = std::chrono::system_clock::now() - kDay;
    const Validity when{
        std::chrono::system_clock::to_time_t(from),
        std::chrono::system_clock::to_time_t(
            from + std::chrono::duration_cast<std::chrono::system_clock::duration>(validity))};

    const Key ca_key(::EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
    const Key key(::EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
    if (!ca_key || !key) return openssl_failed("a key");
    const auto ca = certify(
        ca_key.get(),
        "tapedeck test CA",
        when,
        {nullptr, ca_key.get()},
        {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
         {NID_key_usage, "critical,keyCertSign"},
         {NID_subject_key_identifier, "hash"}});
    if (!ca) return openssl_failed("the certificate of the CA");
    const auto certificate = certify(
        key.get(),
        hosts.front(),
        when,
        {ca.get(), ca_key.get()},
        {{NID_basic_constraints, "critical,CA:FALSE"},
         {NID_key_usage, "critical,digitalSignature"},
         {NID_ext_key_usage, "serverAuth"},
         {NID_subject_key_identifier, "hash"},
         {NID_authority_key_identifier, "keyid"},
         {NID_subject_alt_name, names}});
    if (!certificate) return openssl_failed("the certificate of " + names);

    const auto ca_pem = pem([&](BIO* out) { return ::PEM_write_bio_X509(out, ca.get()); });
    const auto server_pem =
        pem([&](BIO* out) { return ::PEM_write_bio_X509(out, certificate.get()); });
    const auto key_pem = pem([&](BIO* out) {
        return ::PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    if (ca_pem.empty() || server_pem.empty() || key_pem.empty()) return openssl_failed("a PEM");

    TestCertificates files;
    files.ca_file = TRY(write_file(directory + "/ca.pem", ca_pem, 0644));
    files.certificate_file = TRY(write_file(directory + "/server.pem", server_pem, 0644));
    files.key_file = TRY(write_file(directory + "/server.key", key_pem, 0600));
    return files;
}

}  // namespace tapedeck::net
