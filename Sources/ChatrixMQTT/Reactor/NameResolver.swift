import Glibc

/// Why a host name has no address.
struct ResolutionError: Error, Sendable {
    var message: String
}

/// Turns host names into addresses on threads of its own, because getaddrinfo may block for many seconds.
struct NameResolver {
    /// Addresses stay good for this long; sessions by the thousand ask for the same name.
    static let lifetime = Duration.seconds(30)

    private enum Entry {
        case pending(waiting: [Int])
        case resolved([String], until: MonotonicTime)
    }

    private var entries: [String: Entry] = [:]
    let mailbox: ReactorMailbox

    init(mailbox: ReactorMailbox) {
        self.mailbox = mailbox
    }

    enum Answer {
        case addresses([String])
        case later
        case failed(ResolutionError)
    }

    /// Addresses of `host`; with `.later` the command `resolved` will follow, and `slot` is among those to tell.
    mutating func lookUp(_ host: String, slot: Int) -> Answer {
        if Self.isAddress(host) { return .addresses([host]) }
        switch entries[host] {
        case .resolved(let addresses, let until) where MonotonicTime.now < until:
            return .addresses(addresses)
        case .pending(let waiting):
            entries[host] = .pending(waiting: waiting + [slot])
            return .later
        default:
            let mailbox = mailbox
            do {
                let thread = try SystemThread(name: "mqtt-resolver") {
                    mailbox.post(.resolved(host: host, Self.resolve(host)))
                }
                thread.detach()
            } catch {
                return .failed(ResolutionError(message: "\(error)"))
            }
            entries[host] = .pending(waiting: [slot])
            return .later
        }
    }

    /// Stores an answer and returns the slots that waited for it.
    mutating func finish(_ host: String, _ result: Result<[String], ResolutionError>) -> [Int] {
        guard case .pending(let waiting) = entries[host] else { return [] }
        switch result {
        case .success(let addresses): entries[host] = .resolved(addresses, until: .after(Self.lifetime))
        case .failure: entries[host] = nil
        }
        return waiting
    }

    private static func isAddress(_ host: String) -> Bool {
        var storage = in6_addr()
        return inet_pton(AF_INET, host, &storage) == 1 || inet_pton(AF_INET6, host, &storage) == 1
    }

    private static func resolve(_ host: String) -> Result<[String], ResolutionError> {
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { return .failure(ResolutionError(message: String(cString: gai_strerror(code)))) }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var next = list
        while let entry = next?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(
                entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
            {
                let address = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                if !addresses.contains(address) { addresses.append(address) }
            }
            next = entry.ai_next
        }
        return addresses.isEmpty ? .failure(ResolutionError(message: "no address")) : .success(addresses)
    }
}
