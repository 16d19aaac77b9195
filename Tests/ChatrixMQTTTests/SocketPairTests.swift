import Glibc
import Testing

@testable import ChatrixMQTT

extension RealParts {
    @Suite struct SocketPairTests {
        @Test func pairOfANewClientHasTheLeastBuffer() throws {
            try withBroker { broker, reactor, log in
                for number in 0..<20 { _ = try reactor.add(.test(broker.endpoint, "client-\(number)")) }
                try waitUntil("20 connections") { reactor.progress.connected == 20 }
                // Other tests of this process may have sockets of their own, which come and go.
                let least = unixSockets().filter { isLeast($0) }
                #expect(least.count >= 40, "\(least.count) of \(unixSockets().count)")
                _ = log
            }
        }

        /// Whether the send buffer is the smallest that the kernel gives, and the descriptor stays out of child processes.
        private func isLeast(_ descriptor: CInt) -> Bool {
            var size: CInt = 0
            var length = socklen_t(MemoryLayout<CInt>.size)
            return getsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, &length) == 0 && size <= 4608
                && fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0
        }

        private func unixSockets() -> [CInt] {
            names(in: "/proc/self/fd").compactMap { CInt($0) }.filter { descriptor in
                var domain: CInt = 0
                var length = socklen_t(MemoryLayout<CInt>.size)
                return getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && domain == AF_UNIX
            }
        }
    }
}
