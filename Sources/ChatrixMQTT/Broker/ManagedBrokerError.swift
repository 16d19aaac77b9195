/// Why the managed broker does not run.
package enum ManagedBrokerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No `mosquitto` in the folders searched.
    case notInstalled(searched: [String])
    case portTaken(port: Int)
    /// The program ended before it accepted connections; `output` are its last lines.
    case ended(BrokerTermination, output: [String])
    /// The program runs but accepted no connection in time.
    case notReady(port: Int, after: Duration, output: [String])
    /// `stop()` was called before.
    case stopped
    case system(operation: String, code: Int32)

    package var description: String {
        switch self {
        case .notInstalled(let searched):
            """
            broker program mosquitto not found\(searched.count == 1 ? " at \(searched[0])" : " in PATH"); \
            install the Debian package "mosquitto" (apt-get install mosquitto), or give a broker by URL
            """
        case .portTaken(let port):
            "MQTT port \(port) on 127.0.0.1 is taken by another program; choose another, or 0 for any free port"
        case .ended(let termination, let output):
            "mosquitto \(termination) before it accepted connections\(Self.quote(output))"
        case .notReady(let port, let limit, let output):
            "mosquitto accepts no connection on 127.0.0.1:\(port) after \(limit)\(Self.quote(output))"
        case .stopped: "the managed broker was stopped before"
        case .system(let operation, let code): "\(operation): \(systemMessage(code))"
        }
    }

    private static func quote(_ output: [String]) -> String {
        output.isEmpty ? "; it said nothing" : "; it said: " + output.joined(separator: " | ")
    }
}

/// How the broker's process ended.
package enum BrokerTermination: Sendable, Equatable, CustomStringConvertible {
    case exited(status: Int)
    case signalled(Int)

    package var description: String {
        switch self {
        case .exited(let status): "ended with status \(status)"
        case .signalled(let signal): "was killed by signal \(signal)"
        }
    }
}
