#include "ops/process.h"

#include "net/http.h"
#include "ops/health.h"
#include "ops/nearest.h"
#include "ops/pid_file.h"
#include "ops/terminal.h"

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>

namespace tapedeck::ops {

namespace {

constexpr const char* kConfigUnlessSaid = "/etc/tapedeck";
constexpr const char* kHomeUnlessSaid = "/data";

/// A process started without them would get 0 to 2 for its database, and a stray message to stderr
/// would go into it.
void open_standard_descriptors() {
    for (int descriptor = 0; descriptor <= STDERR_FILENO; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) != -1) continue;
        // The lowest free number is given out: this one. Without /dev/null there is nothing to do.
        [[maybe_unused]] const int opened = ::open("/dev/null", O_RDWR);
    }
}

struct Flags {
    std::string config;
    std::string home;
    std::string profile;
    std::string log_level;
    std::vector<std::string> overrides;
    bool version = false;
    bool help = false;
};

std::string program_of(const ProcessSpec& spec) {
    return "tapedeck-" + spec.service;
}

void complain(const ProcessSpec& spec, const std::string& message) {
    std::fprintf(stderr, "%s: %s\n", program_of(spec).c_str(), printable(message).c_str());
}

void declare(CLI::App& app, Flags& flags) {
    flags.config = kConfigUnlessSaid;
    flags.home = kHomeUnlessSaid;
    app.set_help_flag();  // ours opens with examples
    app.add_option("--config", flags.config, "Directory with base.toml and <profile>.toml")
        ->envname("TAPEDECK_CONFIG")
        ->type_name("DIR")
        ->capture_default_str();
    app.add_option("--profile", flags.profile, "demo, paper, live, or a file of yours")
        ->type_name("NAME");
    app.add_option("--home", flags.home, "Directory of this installation: run/, journal/")
        ->envname("TAPEDECK_HOME")
        ->type_name("DIR")
        ->capture_default_str();
    app.add_option("--set", flags.overrides, "Overrides one key; may be repeated")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    app.add_option("--log-level", flags.log_level, "Overrides log.level")->type_name("LEVEL");
    app.add_flag("--version", flags.version, "Prints version and commit");
    app.add_flag("-h,--help", flags.help, "Prints this");
}

std::string help_text(const CLI::App& app, const ProcessSpec& spec) {
    std::string text = spec.examples.empty() ? "" : "Examples:\n";
    for (const auto& example : spec.examples) text += "  " + example + "\n";
    return text + (text.empty() ? "" : "\n") + app.help();
}

/// The flag that `word` was probably meant to be.
std::string hint_for(const CLI::App& app, const std::string& word) {
    std::vector<std::string> names;
    for (const auto* option : app.get_options()) names.push_back(option->get_name());
    const auto meant = nearest(word.substr(0, word.find('=')), names);
    return meant ? "; did you mean " + *meant + "?" : "; see --help";
}

/// The flags, or the exit code when there is nothing left to do.
tl::expected<Flags, ExitCode> parse(int argc, const char* const* argv, const ProcessSpec& spec) {
    Flags flags;
    CLI::App app(spec.summary, program_of(spec));
    declare(app, flags);
    app.allow_extras();  // refused below, with a better message
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        complain(spec, std::string(error.what()) + "; see --help");
        return tl::make_unexpected(ExitCode::Usage);
    }
    if (flags.help) {
        std::fputs(help_text(app, spec).c_str(), stdout);
        return tl::make_unexpected(ExitCode::Ok);
    }
    if (flags.version) {
        std::printf("%s %s\n", program_of(spec).c_str(), describe(build_info()).c_str());
        return tl::make_unexpected(ExitCode::Ok);
    }
    if (const auto extras = app.remaining(); !extras.empty()) {
        complain(spec, "unknown argument " + extras.front() + hint_for(app, extras.front()));
        return tl::make_unexpected(ExitCode::Usage);
    }
    if (!flags.log_level.empty() && !parse_log_level(flags.log_level)) {
        complain(
            spec,
            "--log-level must be trace, debug, info, warn, error or fatal, got \"" +
                flags.log_level + "\"");
        return tl::make_unexpected(ExitCode::Usage);
    }
    return flags;
}

LoadedConfig load_configuration(const Flags& flags, const ProcessSpec& spec) {
    ConfigRequest request;
    request.directory = flags.config;
    request.profile = flags.profile;
    request.environment = process_environment();
    request.overrides = flags.overrides;
    if (!flags.log_level.empty()) request.overrides.push_back("log.level=" + flags.log_level);
    request.sections = spec.sections;
    request.checks = spec.checks;
    request.scope = spec.scope;
    return load(request);
}

Log::Options log_options(const ProcessSpec& spec, const Settings& settings) {
    Log::Options options;
    options.process = spec.service;
    const bool terminal = is_terminal(STDERR_FILENO);
    options.format =
        parse_log_format(settings.text("log.format"), terminal).value_or(LogFormat::Json);
    options.level = parse_log_level(settings.text("log.level")).value_or(LogLevel::Info);
    options.colors = Colors::of(STDERR_FILENO).enabled();
    return options;
}

void log_start(const Process& process, const std::vector<Finding>& warnings) {
    Log& log = process.log();
    log.info(
        "PROCESS_STARTED",
        "process started",
        {{"build", identity(process.build())},
         {"profile", process.configuration().profile()},
         {"home", process.home().string()},
         {"pid", ::getpid()}});
    for (const auto& warning : warnings) log.warn("CONFIG_WARNING", warning.to_string());
    for (const auto& entry : process.configuration().entries()) {
        const bool beside_files = entry.origin.layer == Origin::Layer::Environment ||
                                  entry.origin.layer == Origin::Layer::Flag;
        if (!beside_files) continue;
        log.info(
            "CONFIG_OVERRIDDEN",
            "a setting does not come from the files",
            {{"key", entry.key}, {"value", entry.text}, {"by", entry.origin.to_string()}});
    }
}

/// From the flags to the end of serve().
Result<> live(const Flags& flags, const ProcessSpec& spec, const Serve& serve) {
    auto loaded = load_configuration(flags, spec);
    if (!loaded.ok()) {
        std::fputs(printable(loaded.report()).c_str(), stderr);
        return fail("the configuration is not valid", ExitCode::Configuration);
    }
    std::error_code error;
    const auto home = std::filesystem::absolute(flags.home, error);
    const PidFile pid = TRY(PidFile::take(home, spec.service));
    StopSignal stop;
    const SystemClock clock;
    Log log(log_options(spec, loaded.configuration.settings()), clock);
    log.set_context("mode", loaded.configuration.profile());
    Process process(spec, home, std::move(loaded.configuration), clock, log, stop);
    const Settings& settings = process.configuration().settings();
    const Health health(spec.service, HealthLimits::read(settings), clock, process.vitals());
    const auto answers = TRY(net::HttpServer::listen(
        {.unix_path = health_socket(process.run_directory().string(), spec.service),
         .address = settings.text("health.address", "127.0.0.1"),
         .port = static_cast<std::uint16_t>(settings.integer("health.port", 0))},
        [&health](const std::string& path) { return health.answer(path); }));
    log_start(process, loaded.findings);
    auto result = serve(process);
    if (result) {
        log.info("PROCESS_STOPPED", stop.stopping() ? "stopped by signal" : "finished");
    }
    return result;
}

}  // namespace

void keep_memory_private() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__)  // the leak checker attaches by ptrace
    ::prctl(PR_SET_DUMPABLE, 0);
#endif
}

Process::Process(
    const ProcessSpec& spec,
    std::filesystem::path home,
    Configuration configuration,
    const Clock& clock,
    Log& log,
    const StopSignal& stop)
    : spec_(spec),
      home_(std::move(home)),
      configuration_(std::move(configuration)),
      build_(build_info()),
      clock_(clock),
      log_(log),
      stop_(stop) {}

Settings Process::settings() const {
    std::vector<std::string> prefixes;
    for (const auto& section : spec_.sections) {
        prefixes.push_back(section.name.substr(0, section.name.find(".*")));
    }
    return select(configuration_.settings(), prefixes);
}

int run(int argc, const char* const* argv, const ProcessSpec& spec, const Serve& serve) {
    open_standard_descriptors();
    keep_memory_private();
    std::signal(SIGPIPE, SIG_IGN);  // a peer that left is an error of the call, not our end
    try {
        const auto flags = parse(argc, argv, spec);
        if (!flags) return static_cast<int>(flags.error());
        const auto result = live(*flags, spec, serve);
        if (result) return static_cast<int>(ExitCode::Ok);
        complain(spec, result.error().message);
        return static_cast<int>(result.error().exit_code);
    } catch (const std::exception& error) {
        // Ours don't throw; a library's do, and the operator gets a sentence all the same.
        complain(spec, std::string("unexpected: ") + error.what());
        return static_cast<int>(ExitCode::Error);
    }
}

}  // namespace tapedeck::ops
