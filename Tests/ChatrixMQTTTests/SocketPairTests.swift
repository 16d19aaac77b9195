import Glibc
import Testing

@testable import ChatrixMQTT

extension RealParts {
    @Suite struct SocketPairTests {
        @Test func pairOfANewClientHasTheLeastBuffer() throws {
            try withBroker { broker, reactor, log in
                let before = Set(unixSockets())
                for number in 0..<20 { _ = try reactor.add(.test(broker.endpoint, "client-\(number)")) }
                try waitUntil("20 connections") { reactor.progress.connected == 20 }
                let new = unixSockets().filter { !before.contains($0) }
                #expect(new.count == 40)
                for descriptor in new {
                    var size: CInt = 0
                    var length = socklen_t(MemoryLayout<CInt>.size)
                    getsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, &length)
                    #expect(size <= 4608)
                    #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
                }
                _ = log
            }
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
