/// Why a server did not start, in one line that says what to do.
package enum ServerStartError: Error, Sendable, Hashable, CustomStringConvertible {
    case portTaken(host: String, port: Int, option: String)
    case cannotListen(host: String, port: Int, cause: String)
    case controlNotOnLoopback(host: String)
    case broker(String)

    package var description: String {
        switch self {
        case .portTaken(let host, let port, let option):
            "port \(port) on \(host) is in use by another program; choose another with \(option), or \(option) 0 for a free one"
        case .cannotListen(let host, let port, let cause): "cannot listen on \(host) port \(port): \(cause)"
        case .controlNotOnLoopback(let host):
            """
            the control plane needs no password, so it is offered on a loopback address only, and \(host) is none; \
            leave --control out, or use --host 127.0.0.1
            """
        case .broker(let problem): problem
        }
    }
}
