#include "net/tls_server.h"
#include "testing/temporary_directory.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cstdio>
#include <ctime>
#include <memory>

namespace tapedeck::net {
namespace {

using namespace std::chrono_literals;

using Certificate = std::unique_ptr<X509, decltype(&::X509_free)>;

Certificate read(const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "r");
    EXPECT_NE(file, nullptr) << path;
    Certificate certificate(::PEM_read_X509(file, nullptr, nullptr, nullptr), &::X509_free);
    std::fclose(file);
    EXPECT_NE(certificate, nullptr) << path;
    return certificate;
}

class CertificatesTest : public ::testing::Test {
protected:
    Result<TestCertificates> make(const std::vector<std::string>& hosts, Duration validity = 48h) {
        return make_test_certificates(directory_.path().string(), hosts, validity);
    }

    testing::TemporaryDirectory directory_;
};

TEST_F(CertificatesTest, TheCertificateIsForTheseHostsAndNoOthers) {
    const auto files = make({"localhost", "venue.test", "127.0.0.1", "::1"}).value();
    const auto certificate = read(files.certificate_file);
    const auto is_for = [&](const std::string& host) {
        return ::X509_check_host(certificate.get(), host.data(), host.size(), 0, nullptr) == 1;
    };
    EXPECT_TRUE(is_for("localhost"));
    EXPECT_TRUE(is_for("venue.test"));
    EXPECT_FALSE(is_for("other.test"));
    EXPECT_EQ(::X509_check_ip_asc(certificate.get(), "127.0.0.1", 0), 1);
    EXPECT_EQ(::X509_check_ip_asc(certificate.get(), "::1", 0), 1);
    EXPECT_EQ(::X509_check_ip_asc(certificate.get(), "127.0.0.2", 0), 0);
}

TEST_F(CertificatesTest, TheAuthorityHasSignedIt) {
    const auto files = make({"localhost"}).value();
    const auto ca = read(files.ca_file);
    const auto certificate = read(files.certificate_file);
    EXPECT_EQ(::X509_check_ca(ca.get()), 1);
    EXPECT_EQ(::X509_check_ca(certificate.get()), 0);
    EXPECT_EQ(::X509_verify(certificate.get(), ::X509_get0_pubkey(ca.get())), 1);
    EXPECT_NE(::X509_verify(certificate.get(), ::X509_get0_pubkey(certificate.get())), 1);
}

TEST_F(CertificatesTest, ItIsValidFromADayAgoForAsLongAsAsked) {
    const auto certificate = read(make({"localhost"}, 30h).value().certificate_file);
    const auto now = std::time(nullptr);
    const auto compare = [&](const ASN1_TIME* at, Duration from_now) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(from_now).count();
        return ::ASN1_TIME_cmp_time_t(at, now + seconds);
    };
    const auto* from = ::X509_get0_notBefore(certificate.get());
    EXPECT_GT(compare(from, -24h - 1min), 0);
    EXPECT_LT(compare(from, -24h + 1min), 0);
    const auto* until = ::X509_get0_notAfter(certificate.get());
    EXPECT_GT(compare(until, 6h - 1min), 0);
    EXPECT_LT(compare(until, 6h + 1min), 0);
}

TEST_F(CertificatesTest, NobodyElseReadsTheKey) {
    directory_.write("server.key", "an old one that others may read");
    const auto files = make({"localhost"}).value();

    struct stat status {};

    ASSERT_EQ(::stat(files.key_file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(CertificatesTest, WhatCannotBeMadeIsNamed) {
    const auto nowhere = make_test_certificates(directory_ / "none", {"localhost"}, 48h);
    ASSERT_FALSE(nowhere);
    EXPECT_NE(nowhere.error().message.find("none/ca.pem"), std::string::npos);
    EXPECT_FALSE(make({}));
    EXPECT_FALSE(make({""}));
    EXPECT_FALSE(make({"a,DNS:b"}));
    EXPECT_FALSE(make({"1.2.3"}));
}

}  // namespace
}  // namespace tapedeck::net
