import Glibc

/// The standard streams, written to without a buffer.
enum StandardStream: CInt {
    case output = 1
    case error = 2

    /// Writes `text` and a line break; what a closed stream does not take is dropped.
    func writeLine(_ text: String) { write("\(text)\n") }

    /// Writes `text` as it is; what a closed stream does not take is dropped.
    func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(rawValue, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
