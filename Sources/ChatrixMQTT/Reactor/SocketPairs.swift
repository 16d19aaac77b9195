import Glibc

/// The pair of sockets that libmosquitto opens for every client, to wake a thread of its own.
///
/// It writes a byte into the pair for every packet it queues, and with an external loop nobody reads them: they fill up
/// to 208 KiB of kernel memory a session, 1 GB for 5,000. No function of the library gives access to the pair.
enum SocketPairs {
    /// The kernel's least send buffer, in its own accounting: a few bytes fit, then writing fails at once.
    private static let leastBuffer: CInt = 4608

    /// Runs `body`, in which libmosquitto may open a pair, and gives new pairs the least send buffer there is.
    ///
    /// A new descriptor is the lowest free one, so a pair stands a little above what was free before. Should another
    /// thread have opened a UNIX socket there at this moment, that only gets a smaller buffer, too.
    static func shrinkingNew<Result>(_ body: () -> Result) -> Result {
        let first = dup(0)
        if first >= 0 { close(first) }
        let result = body()
        guard first >= 0 else { return result }
        var found = 0
        for descriptor in first..<(first + 1024) where found < 2 {
            guard option(SO_DOMAIN, of: descriptor) == AF_UNIX,
                let size = option(SO_SNDBUF, of: descriptor), size > leastBuffer
            else {
                // Nothing is open beyond the first gap that the pair would have taken.
                if fcntl(descriptor, F_GETFD) < 0 { break }
                continue
            }
            var least: CInt = 1
            setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &least, socklen_t(MemoryLayout<CInt>.size))
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            found += 1
        }
        return result
    }

    private static func option(_ name: CInt, of descriptor: CInt) -> CInt? {
        var value: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }
}
