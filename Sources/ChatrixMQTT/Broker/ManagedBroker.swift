import Glibc
import Synchronization

/// A real `mosquitto` on the loopback interface, run as a child process with a configuration of ours.
///
/// It accepts anybody, keeps nothing on disk, and drops nothing for slow subscribers. It ends with `stop()` and also
/// when this process dies, by whatever signal.
package final class ManagedBroker: Sendable {
    package struct Configuration: Sendable {
        /// 0: any free port.
        package var port: Int
        /// Nil: searched in PATH, /usr/sbin and /usr/local/sbin.
        package var program: String?
        package var allowAnonymous: Bool
        /// Further lines of mosquitto.conf, after those of the listener.
        package var extraLines: [String]
        package var startDeadline: Duration
        /// From SIGTERM to SIGKILL.
        package var stopDeadline: Duration

        package init(
            port: Int = 0, program: String? = nil, allowAnonymous: Bool = true, extraLines: [String] = [],
            startDeadline: Duration = .seconds(10), stopDeadline: Duration = .seconds(3)
        ) {
            self.port = port
            self.program = program
            self.allowAnonymous = allowAnonymous
            self.extraLines = extraLines
            self.startDeadline = startDeadline
            self.stopDeadline = stopDeadline
        }
    }

    /// The port it listens on; the same after a restart.
    package let port: Int
    /// The private folder with its configuration.
    package let folder: String
    private let configuration: Configuration
    private let program: String
    private let orphanGuard: OrphanGuard
    private let nullDevice: CInt
    private let log: @Sendable (String) -> Void
    private let onExit: @Sendable (BrokerTermination) -> Void
    /// Nil after `stop()`. Held for the whole of a start or stop, so that these follow one another.
    private let running: Mutex<BrokerProcess?>

    /// Starts the broker and returns when it accepts connections.
    ///
    /// `log` gets the lines of its log, `onExit` an end that `stop` and `restart` did not cause; both are called on
    /// another thread. Throws `ManagedBrokerError`, and then leaves no process and no folder behind.
    package static func start(
        _ configuration: Configuration = Configuration(), log: @escaping @Sendable (String) -> Void = { _ in },
        onExit: @escaping @Sendable (BrokerTermination) -> Void = { _ in }
    ) throws(ManagedBrokerError) -> ManagedBroker {
        let program = try locate(configuration.program)
        if configuration.port != 0 {
            try LoopbackPort.checkFree(configuration.port)
            return try ManagedBroker(configuration, port: configuration.port, program: program, log, onExit)
        }
        // Another program may take the free port before mosquitto does.
        var attempt = 1
        while true {
            let port = try LoopbackPort.findFree()
            do {
                return try ManagedBroker(configuration, port: port, program: program, log, onExit)
            } catch .portTaken where attempt < 5 {
                attempt += 1
            }
        }
    }

    private init(
        _ configuration: Configuration, port: Int, program: String, _ log: @escaping @Sendable (String) -> Void,
        _ onExit: @escaping @Sendable (BrokerTermination) -> Void
    ) throws(ManagedBrokerError) {
        let folder = try Self.makeFolder()
        var opened: (nullDevice: CInt, orphanGuard: OrphanGuard?) = (-1, nil)
        do {
            let path = "\(folder)/mosquitto.conf"
            try Self.write(Self.configurationText(configuration, port: port), to: path)
            opened.nullDevice = try ChildProcess.raised(open("/dev/null", O_RDWR | O_CLOEXEC), "/dev/null")
            let orphanGuard = try OrphanGuard(folder: folder, nullDevice: opened.nullDevice)
            opened.orphanGuard = orphanGuard
            let process = try Self.launch(
                configuration, port: port, program: program, folder: folder, orphanGuard: orphanGuard,
                nullDevice: opened.nullDevice, log, onExit)
            self.orphanGuard = orphanGuard
            running = Mutex(process)
        } catch {
            opened.orphanGuard?.dismiss()
            if opened.nullDevice >= 0 { close(opened.nullDevice) }
            Self.removeFolder(folder)
            throw error
        }
        self.configuration = configuration
        self.port = port
        self.program = program
        self.folder = folder
        self.nullDevice = opened.nullDevice
        self.log = log
        self.onExit = onExit
    }

    package var endpoint: MQTTEndpoint { MQTTEndpoint(host: "127.0.0.1", port: port) }

    /// The process ID of the present run; nil when it has ended.
    package var processID: Int32? {
        running.withLock { process in
            process.flatMap { process in process.state.read { $0.termination == nil ? process.processID : nil } }
        }
    }

    /// Ends the broker, if it still runs, and starts it again on the same port; returns when it accepts connections.
    package func restart() throws(ManagedBrokerError) {
        let failure = running.withLock { process -> ManagedBrokerError? in
            guard let old = process else { return .stopped }
            old.end(within: configuration.stopDeadline)
            orphanGuard.forget()
            do throws(ManagedBrokerError) {
                process = try Self.launch(
                    configuration, port: port, program: program, folder: folder, orphanGuard: orphanGuard,
                    nullDevice: nullDevice, log, onExit)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    /// Ends the broker and removes its folder. Further calls do nothing.
    package func stop() {
        running.withLock { process in
            guard let last = process else { return }
            last.end(within: configuration.stopDeadline)
            orphanGuard.dismiss()
            close(nullDevice)
            Self.removeFolder(folder)
            process = nil
        }
    }

    private static func launch(
        _ configuration: Configuration, port: Int, program: String, folder: String, orphanGuard: OrphanGuard,
        nullDevice: CInt, _ log: @escaping @Sendable (String) -> Void,
        _ onExit: @escaping @Sendable (BrokerTermination) -> Void
    ) throws(ManagedBrokerError) -> BrokerProcess {
        let process = try BrokerProcess(
            program: program, configurationPath: "\(folder)/mosquitto.conf", orphanGuard: orphanGuard,
            nullDevice: nullDevice, log: log, onExit: onExit)
        let deadline = MonotonicTime.after(configuration.startDeadline)
        while true {
            if process.state.read({ $0.termination }) == nil, LoopbackPort.accepts(port), process.confirmReady() {
                return process
            }
            let isLate = MonotonicTime.now >= deadline
            let pause = MonotonicTime.after(.milliseconds(2))
            guard process.state.wait(until: pause, { $0.termination != nil }) || isLate else { continue }

            process.end(within: configuration.stopDeadline)
            orphanGuard.forget()
            let (termination, output) = process.state.read { ($0.termination, $0.output) }
            if output.contains(where: { $0.contains("Address already in use") }) { throw .portTaken(port: port) }
            guard !isLate, let termination else {
                throw .notReady(port: port, after: configuration.startDeadline, output: output)
            }
            throw .ended(termination, output: output)
        }
    }
}

extension ManagedBroker {
    private static func locate(_ program: String?) throws(ManagedBrokerError) -> String {
        if let program {
            guard access(program, X_OK) == 0 else { throw .notInstalled(searched: [program]) }
            return program
        }
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        var folders = path.split(separator: ":").map(String.init)
        for folder in ["/usr/sbin", "/usr/local/sbin"] where !folders.contains(folder) { folders.append(folder) }
        guard let folder = folders.first(where: { access("\($0)/mosquitto", X_OK) == 0 }) else {
            throw .notInstalled(searched: folders)
        }
        return "\(folder)/mosquitto"
    }

    private static func configurationText(_ configuration: Configuration, port: Int) -> String {
        let lines = [
            "listener \(port) 127.0.0.1",
            "max_connections -1",
            "allow_anonymous \(configuration.allowAnonymous)",
            "persistence false",
            // The default of 1,000 queued messages drops the rest silently when a subscriber is slow.
            "max_queued_messages 0",
            "max_inflight_messages 0",
            "set_tcp_nodelay true",
            "sys_interval 0",
            "connection_messages false",
            "log_dest stderr",
            "log_timestamp false",
        ]
        return (lines + configuration.extraLines).joined(separator: "\n") + "\n"
    }

    private static func makeFolder() throws(ManagedBrokerError) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/chatrix-broker-XXXXXX".utf8CString)
        // mkdtemp makes it with mode 0700.
        guard mkdtemp(&template) != nil else {
            throw .system(operation: "making a private folder for the broker in \(parent)", code: errno)
        }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func write(_ text: String, to path: String) throws(ManagedBrokerError) {
        guard let file = fopen(path, "wxe") else { throw .system(operation: "writing \(path)", code: errno) }
        let isWritten = fputs(text, file) >= 0
        let code = errno
        guard fclose(file) == 0, isWritten else { throw .system(operation: "writing \(path)", code: code) }
    }

    private static func removeFolder(_ folder: String) {
        unlink("\(folder)/mosquitto.conf")
        rmdir(folder)
    }
}
