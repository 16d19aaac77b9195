import Glibc

/// The number of files and sockets this process may hold open.
package enum FileDescriptorLimit {
    /// What a population needs, in open files.
    package struct Demand: Sendable, Equatable {
        package struct Item: Sendable, Equatable {
            package var purpose: String
            package var count: Int

            package init(_ purpose: String, _ count: Int) {
                self.purpose = purpose
                self.count = count
            }
        }

        package var users: Int
        /// What one user holds open, such as `("HTTP connection", 1)`, `("MQTT session", 3)`.
        package var perUser: [Item]
        /// What is needed however many users there are.
        package var fixed: [Item]

        package init(users: Int, perUser: [Item], fixed: [Item] = [Item("logs, reports and threads", 64)]) {
            self.users = users
            self.perUser = perUser
            self.fixed = fixed
        }

        package var total: Int {
            users * perUser.reduce(0) { $0 + $1.count } + fixed.reduce(0) { $0 + $1.count }
        }
    }

    /// A population that does not fit, with the figures.
    package struct Exceeded: Error, Sendable, Equatable, CustomStringConvertible {
        package var demand: Demand
        /// Open files that the process may have in all.
        package var limit: Int
        /// Open files that it has already.
        package var open: Int

        /// The most users that would fit.
        package var usersThatFit: Int {
            let each = demand.perUser.reduce(0) { $0 + $1.count }
            let left = limit - open - demand.fixed.reduce(0) { $0 + $1.count }
            return each == 0 ? demand.users : max(0, left / each)
        }

        package var description: String {
            let each = demand.perUser.map { "\($0.count) for the \($0.purpose)" }.joined(separator: " + ")
            let fixed = demand.fixed.map { "\($0.count) for \($0.purpose)" }.joined(separator: " + ")
            return """
                \(demand.users) users need \(demand.total) open files (per user \(each); besides \(fixed)), but only \
                \(max(0, limit - open)) are available (limit \(limit), \(open) in use): at most \(usersThatFit) users fit. \
                Raise the hard limit with \"ulimit -Hn\" as root, LimitNOFILE= in systemd, or --ulimit nofile= in Docker.
                """
        }
    }

    /// MQTT session: a socket, and the pair of sockets that libmosquitto opens with it.
    package static let descriptorsPerMQTTSession = 3

    /// Raises the soft limit to the hard limit and returns the limit that holds now.
    @discardableResult
    package static func raiseToHardLimit() throws(MQTTError) -> Int {
        var limit = try current()
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
                throw .system(operation: "raising the limit of open files to \(limit.rlim_max)", code: errno)
            }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// Throws `Exceeded` when `demand` does not fit into what is left of the soft limit, before anything is opened.
    package static func check(needed demand: Demand) throws {
        let limit = Int(clamping: try current().rlim_cur)
        let open = try openCount()
        if open + demand.total > limit {
            throw Exceeded(demand: demand, limit: limit, open: open)
        }
    }

    /// How many files this process has open.
    static func openCount() throws(MQTTError) -> Int {
        guard let folder = opendir("/proc/self/fd") else {
            throw .system(operation: "counting open files in /proc/self/fd", code: errno)
        }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // The entries ".", ".." and the folder itself are not open files of the program.
        return max(0, count - 3)
    }

    private static func current() throws(MQTTError) -> rlimit {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw .system(operation: "reading the limit of open files", code: errno)
        }
        return limit
    }
}
