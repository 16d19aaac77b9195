import CLinux
import Glibc

/// An operation that could not be begun, with its subject and the cause. What happens to a session later is an
/// `MQTTFailure` in an event.
package enum MQTTError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A broker URL that cannot be read; `text` is without its password.
    case invalidEndpoint(text: String, problem: String)
    /// A setting outside what MQTT or libmosquitto accept.
    case invalidSetting(name: String, problem: String)
    /// A topic or topic filter that MQTT does not allow.
    case invalidTopic(String, problem: String)
    /// A payload above the 268,435,455 bytes of MQTT.
    case payloadTooLarge(byteCount: Int)
    /// A certificate or key file that cannot be read.
    case unreadableFile(path: String, purpose: String, code: CInt)
    /// The session was removed or its reactor stopped.
    case sessionClosed(clientID: String)
    /// A call of the operating system failed.
    case system(operation: String, code: CInt)
    /// A call of libmosquitto failed.
    case library(operation: String, code: CInt)

    package var description: String {
        switch self {
        case .invalidEndpoint(let text, let problem): "broker address \"\(text)\": \(problem)"
        case .invalidSetting(let name, let problem): "MQTT setting \(name): \(problem)"
        case .invalidTopic(let topic, let problem): "MQTT topic \"\(topic)\": \(problem)"
        case .payloadTooLarge(let count): "MQTT payload of \(count) bytes: at most 268,435,455 are allowed"
        case .unreadableFile(let path, let purpose, let code):
            "\(purpose) \"\(path)\" cannot be read: \(systemMessage(code))"
        case .sessionClosed(let clientID): "MQTT session \"\(clientID)\" is closed"
        case .system(let operation, let code): "\(operation): \(systemMessage(code))"
        case .library(let operation, let code): "\(operation): \(libraryMessage(code))"
        }
    }
}

/// Why a session has no connection.
package enum MQTTFailure: Sendable, Equatable, CustomStringConvertible {
    /// `disconnect()`, `remove()` or the end of the reactor: not a failure of the broker.
    case requested
    /// The host name has no address.
    case unresolvable(host: String, message: String)
    /// The TCP connection was not made; `message` is the operating system's.
    case unreachable(address: String, message: String)
    /// The broker answered the greeting with a refusal; `code` is the return code of CONNACK (3.1.1, section 3.2.2.3).
    case refused(code: Int, message: String)
    /// The connect deadline passed; `stage` says what was waited for.
    case timedOut(stage: String, after: Duration)
    /// The broker or the network closed an established connection.
    case lost(message: String)
    /// The broker did not answer a ping within the keep-alive time.
    case keepAliveExpired
    /// TLS failed; `message` is that of OpenSSL where it said something.
    case tls(message: String)
    /// libmosquitto gave up for another reason.
    case library(code: Int, message: String)

    package var description: String {
        switch self {
        case .requested: "disconnected on request"
        case .unresolvable(let host, let message): "host \"\(host)\" cannot be resolved: \(message)"
        case .unreachable(let address, let message): "cannot connect to \(address): \(message)"
        case .refused(let code, let message): "broker refused the connection: \(message) (code \(code))"
        case .timedOut(let stage, let limit): "no \(stage) within \(limit)"
        case .lost(let message): "connection lost: \(message)"
        case .keepAliveExpired: "broker did not answer the keep-alive ping"
        case .tls(let message): "TLS failed: \(message)"
        case .library(let code, let message): "libmosquitto error \(code): \(message)"
        }
    }
}

/// The operating system's text for an error number.
func systemMessage(_ code: CInt) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        guard let base = buffer.baseAddress else { return "error \(code)" }
        base[0] = 0
        guard __xpg_strerror_r(code, base, buffer.count) == 0 else { return "error \(code)" }
        return String(cString: base)
    }
}
