#include "cli/session.h"

#include "journal/store/frame_store.h"
#include "ops/terminal.h"

#include <fmt/format.h>

#include <charconv>
#include <ctime>
#include <iostream>

namespace tapedeck::cli {

namespace {

std::tm local_parts(Time time) {
    const std::time_t seconds =
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm parts{};
    localtime_r(&seconds, &parts);
    return parts;
}

long milliseconds_of(Time time) {
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
    return ((ms.count() % 1000) + 1000) % 1000;
}

/// The first directory above `start` that holds deploy/config.
std::filesystem::path config_above(std::filesystem::path start) {
    std::error_code ignored;
    while (true) {
        auto candidate = start / "deploy" / "config";
        if (std::filesystem::is_directory(candidate, ignored)) return candidate;
        if (!start.has_parent_path() || start == start.parent_path()) return {};
        start = start.parent_path();
    }
}

}  // namespace

std::string Session::variable(const std::string& name) const {
    const auto found = world_.environment.find(name);
    return found == world_.environment.end() ? "" : found->second;
}

std::string Session::profile() const {
    if (!options_.profile.empty()) return options_.profile;
    const std::string from_environment = variable("TAPEDECK_PROFILE");
    return from_environment.empty() ? "demo" : from_environment;
}

Home Session::home() const {
    if (!options_.home.empty()) return {options_.home};
    const std::string from_environment = variable("TAPEDECK_HOME");
    if (!from_environment.empty()) return {from_environment};
    return {std::filesystem::path("var") / profile()};
}

std::filesystem::path Session::config_directory() const {
    if (!options_.config.empty()) return options_.config;
    for (const auto& start : {world_.program_directory, std::filesystem::path(".")}) {
        std::error_code ignored;
        auto found = config_above(std::filesystem::weakly_canonical(start, ignored));
        if (!found.empty()) return found;
    }
    return "/etc/tapedeck";
}

Result<TapeSource*> Session::tape() {
    if (tape_) return tape_.get();
    if (!options_.tape.empty()) {
        tape_ = TRY(open_file(options_.tape));
        return tape_.get();
    }
    const Home where = home();
    const std::string left = where.journal().string();
    const bool stopped = !is_listening(where.run().string()) && journal::FrameStore::is_tape(left);
    if (!stopped) return live_tape();
    tape_ = TRY(open_file(left));
    note("the stack is not running: this is the tape as it was left in " + left);
    return tape_.get();
}

Result<TapeSource*> Session::live_tape() {
    if (tape_ && tape_->is_live()) return tape_.get();
    if (!options_.tape.empty()) {
        return fail(
            "--tape names a file, and this command speaks to a running stack: name it with --home",
            ExitCode::Usage);
    }
    tape_ = TRY(connect(home().run().string(), world_.clock));
    return tape_.get();
}

Result<std::ostream*> Session::out() {
    if (options_.output.empty() || options_.output == "-") return &world_.out;
    if (!file_.is_open()) {
        file_.open(options_.output, std::ios::binary | std::ios::trunc);
        if (!file_) return fail("cannot write " + options_.output + ": does its directory exist?");
    }
    return &file_;
}

Result<> Session::print(const ops::Table& table) {
    return print(options_.plain ? table.plain() : table.print(colors()));
}

Result<> Session::print(std::string_view text) {
    std::ostream& stream = *TRY(out());
    stream << text;
    return {};
}

void Session::note(std::string_view message) {
    if (!options_.quiet) world_.err << ops::printable(message) << '\n';
}

Result<> Session::finish() {
    if (file_.is_open()) {
        file_.close();
        if (!file_)
            return fail("could not write all of " + options_.output + ": is the disk full?");
    }
    world_.out.flush();
    if (!world_.out) return fail("could not write the result to stdout");
    return {};
}

ops::Colors Session::colors() const {
    const bool to_terminal = world_.out_is_terminal && options_.output.empty();
    const bool wanted = variable("NO_COLOR").empty() && variable("TERM") != "dumb";
    return to_terminal && wanted ? ops::Colors::on() : ops::Colors::off();
}

std::function<void(std::string_view)> Session::progress_output() const {
    if (!world_.err_is_terminal || options_.quiet) return {};
    return [&err = world_.err](std::string_view text) { err << text << std::flush; };
}

std::string Session::show(Time time) const {
    if (!options_.local_time) {
        const auto whole = std::chrono::floor<std::chrono::milliseconds>(time);
        return to_string(Time(whole));
    }
    const std::tm parts = local_parts(time);
    char zone[8] = {};
    std::strftime(zone, sizeof zone, "%z", &parts);
    return fmt::format(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}{}",
        parts.tm_year + 1900,
        parts.tm_mon + 1,
        parts.tm_mday,
        parts.tm_hour,
        parts.tm_min,
        parts.tm_sec,
        milliseconds_of(time),
        zone);
}

std::string Session::show_clock(Time time) const {
    if (options_.local_time) {
        const std::tm parts = local_parts(time);
        return fmt::format(
            "{:02}:{:02}:{:02}.{:03}",
            parts.tm_hour,
            parts.tm_min,
            parts.tm_sec,
            milliseconds_of(time));
    }
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    return fmt::format(
        "{:02}:{:02}:{:02}.{:03}",
        clock.hours().count(),
        clock.minutes().count(),
        clock.seconds().count(),
        milliseconds_of(time));
}

std::string order_name(Seq intent) {
    return "o-" + std::to_string(intent.value);
}

std::optional<Seq> parse_order_name(std::string_view text) {
    if (text.starts_with("o-")) text.remove_prefix(2);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value == 0) return std::nullopt;
    return Seq{value};
}

}  // namespace tapedeck::cli
