import ArgumentParser
import ChatrixMQTT
import ChatrixModel
import ChatrixReference
import ChatrixScenario
import ChatrixServer
import Glibc
import Logging

/// `chatrix-sim serve`: the reference API for other programs, until it is told to end.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serves the reference API over HTTP and MQTT.",
        discussion: """
            Prints one line of JSON on standard output when it is ready; logs go to standard error. SIGTERM and SIGINT \
            let requests under way finish, send what is left to the broker and end with exit code 0; a second signal \
            ends at once.
            """)

    enum ClockKind: String, ExpressibleByArgument, CaseIterable { case real, virtual }

    @Option(help: "Address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "HTTP port; 0 takes a free one.", transform: Serve.port)
    var port = 8080

    @Option(
        help: ArgumentHelp(
            "Where events go: a mosquitto of our own, nowhere, or a broker by URL.",
            valueName: "managed|off|mqtt://[user:pass@]host:port"))
    var mqtt = "managed"

    @Option(help: "Port of the managed broker; 0 takes a free one.", transform: Serve.port)
    var mqttPort = 1883

    @Option(help: "Everything random follows from it; the same seed, clock and requests give the same bytes.")
    var seed: UInt64 = 1

    @Option(help: "real, or virtual: time stands still until it is moved over the control plane.")
    var clock = ClockKind.real

    @Option(help: "documented or off.")
    var rateLimits = ReferenceAPI.RateLimits.documented

    @Flag(
        inversion: .prefixedNo,
        help: "Offer /_reference, which needs no password (default: on a loopback address).")
    var control: Bool?

    @Option(
        help: ArgumentHelp(
            "Misbehave on purpose: \(Fault.names.dropLast().joined(separator: ", ")) or delay:MILLISECONDS, each with "
                + ":EVERY. Repeatable.",
            valueName: "kind[:every]"),
        transform: { try Fault(parsing: $0) })
    var fault: [Fault] = []

    @Option(
        name: .customLong("object-base-url"), help: "What the URLs of stored objects start with.",
        transform: Serve.objectBaseURL)
    var objectBaseURL = ReferenceBackend.Configuration().objectBaseURL

    @Option(
        help: ArgumentHelp(
            "What all uploaded files together may hold; beyond it uploads are refused with 413 and nothing is lost.",
            valueName: "bytes|512MB|1GiB"),
        transform: Serve.storageLimit)
    var storageLimit = ByteCount(ReferenceBackend.Configuration().storageBytesMax)

    @Option(help: "A YAML file with users, conversations, posts and more that the server starts with.")
    var fixtures: String?

    @Flag(help: "Also end when standard input ends: for programs that start a server and may die themselves.")
    var untilInputEnds = false

    func run() throws {
        var configuration = ReferenceServer.Configuration()
        configuration.host = host
        configuration.port = port
        configuration.broker = try broker()
        configuration.api.backend.seed = seed
        configuration.api.backend.objectBaseURL = objectBaseURL
        configuration.api.backend.storageBytesMax = storageLimit.bytes
        configuration.api.rateLimits = rateLimits
        configuration.clock = clock == .real ? .real : .virtual(.virtualStart)
        configuration.offersControl = control
        configuration.faults = fault
        if let fixtures {
            let world = try Fixtures(contentsOf: fixtures)
            configuration.api.fixtures = { api, now in try world.load(into: &api, at: now) }
        }

        LoggingSystem.bootstrap { label in StreamLogHandler.standardError(label: label) }
        let logger = Logger(label: "chatrix-sim")
        let signals = try TerminationSignals.install()
        try FileDescriptorLimit.raiseToHardLimit()
        let server = try ReferenceServer.start(configuration, logger: logger)
        let line = ReadyLine(
            server, seed: seed, processID: Int(getpid()), startupMilliseconds: ProcessClock.millisecondsSinceStart())
        StandardStream.output.writeLine(line.json)
        if untilInputEnds { TerminationSignals.raiseWhenInputEnds() }
        signals.wait()
        logger.info("ending")
        server.stop()
    }

    private func broker() throws -> ReferenceServer.Broker {
        switch mqtt {
        case "off": .off
        case "managed": .managed(port: mqttPort)
        default: .external(try MQTTEndpoint(parsing: mqtt))
        }
    }

    private static func port(_ text: String) throws -> Int {
        guard let port = Int(text), (0...65535).contains(port) else {
            throw ValidationError("a port is a number from 0 to 65535")
        }
        return port
    }

    private static func storageLimit(_ text: String) throws -> ByteCount {
        guard let limit = ByteCount(text) else {
            throw ValidationError(
                "a size is a number of bytes, or a number with kB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB "
                    + "(powers of 1024), such as 1GiB")
        }
        return limit
    }

    private static func objectBaseURL(_ text: String) throws -> String {
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
            throw ValidationError("an absolute http or https URL is expected")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}

extension ReferenceAPI.RateLimits: ExpressibleByArgument {}
