#include "venue-simulator/core/signature.h"

#include <gtest/gtest.h>

namespace tapedeck::venue_simulator {
namespace {

const std::string kNonce = "1616492376594";

std::string secret() {
    return *from_base64(
        "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==");
}

std::string sign(const std::string& path, const std::string& body) {
    return signature_of(secret(), path, kNonce, body);
}

TEST(SignatureTest, AgreesWithTheOfficialVector) {
    const std::string body =
        "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25";
    EXPECT_EQ(base64(sha256(kNonce + body)), "I6HBs0xqEdZBrw8kaEiWy5D2b7mRElyD3DV73D3BRvE=");
    EXPECT_EQ(
        sign("/0/private/AddOrder", body),
        "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==");
}

TEST(SignatureTest, SignsAJsonBodyWithItsNonceBefore) {
    EXPECT_EQ(
        sign(
            "/0/private/AddOrder",
            R"({"nonce":"1616492376594","ordertype":"limit","pair":"XBTUSD","price":"37500",)"
            R"("type":"buy","volume":"1.25"})"),
        "r/o+GpKxXjV/mls/r5CKLu5R+yzK5psqvQ4hXxMX1nzdxTBhV+ui82QGgPZMMitpFwCOAdPEZMmXgZxD2chJEg==");
}

TEST(SignatureTest, DependsOnThePathAndOnTheOneTimePassword) {
    EXPECT_EQ(
        sign("/0/private/Balance", "nonce=1616492376594"),
        "1nH4vwR+8FHiYh1QT649xXkGd3JR3x0DWkgv3u9Ed/Qqv6KPtgQpEU4m+Emb/VgpEji3j1XNwI+HCbfXxmrTOg==");
    EXPECT_EQ(
        sign("/0/private/GetWebSocketsToken", "nonce=1616492376594"),
        "+mRDmY9Ks0Moc1zjv/BjfvYa98buO0x1yHChZR5onlfAzAUbfIYlLggUZzdQ0RsmXm4Sh+Q8iAIZdo2wSeHeiA==");
    EXPECT_EQ(
        sign("/0/private/Balance", "nonce=1616492376594&otp=123456"),
        "jbyoyzbCFde1u0Rnp3ChMEofg5y4E4qpI247mcYicXoAi4c201b8GKM5LmshBvKP9WVm+UFHd710qkGBE0tRJw==");
}

TEST(SignatureTest, ReadsBackBase64AndRefusesWhatIsNone) {
    EXPECT_EQ(base64("ab"), "YWI=");
    EXPECT_EQ(from_base64("YWI="), "ab");
    EXPECT_EQ(from_base64("YQ=="), "a");
    EXPECT_EQ(from_base64("YWI"), std::nullopt);
    EXPECT_EQ(from_base64("Y!I="), std::nullopt);
}

TEST(SignatureTest, ChecksumIsZlibs) {
    EXPECT_EQ(crc32_of("123456789"), 0xCBF43926U);
}

}  // namespace
}  // namespace tapedeck::venue_simulator
