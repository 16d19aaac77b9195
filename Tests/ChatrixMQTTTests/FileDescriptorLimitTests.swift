import Glibc
import Testing

@testable import ChatrixMQTT

@Suite struct FileDescriptorLimitTests {
    typealias Demand = FileDescriptorLimit.Demand

    @Test func raisesSoftLimitToHardLimit() throws {
        let limit = try FileDescriptorLimit.raiseToHardLimit()
        var actual = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &actual)
        #expect(limit == Int(clamping: actual.rlim_cur))
        #expect(actual.rlim_cur == actual.rlim_max)
    }

    @Test func acceptsWhatFits() throws {
        try FileDescriptorLimit.check(needed: Demand(users: 10, perUser: [.init("MQTT session", 3)]))
    }

    @Test func refusesWhatDoesNotFitWithTheFigures() throws {
        let limit = try FileDescriptorLimit.raiseToHardLimit()
        let demand = Demand(
            users: limit, perUser: [.init("HTTP connection", 1), .init("MQTT session", 3)],
            fixed: [.init("reports", 10)])
        let error = try #require(throws: FileDescriptorLimit.Exceeded.self) {
            try FileDescriptorLimit.check(needed: demand)
        }
        #expect(error.demand.total == 4 * limit + 10)
        let text = error.description
        #expect(text.contains("\(limit) users need \(4 * limit + 10) open files"))
        #expect(text.contains("1 for the HTTP connection + 3 for the MQTT session"))
        #expect(text.contains("10 for reports"))
        #expect(text.contains("limit \(limit), \(error.open) in use"))
        #expect(text.contains("at most \(error.usersThatFit) users fit"))
        #expect(error.usersThatFit == (limit - error.open - 10) / 4)
    }

    @Test func countsOpenFiles() throws {
        let before = try FileDescriptorLimit.openCount()
        let extra = (0..<50).map { _ in open("/dev/null", O_RDONLY | O_CLOEXEC) }
        let after = try FileDescriptorLimit.openCount()
        for descriptor in extra { close(descriptor) }
        // Other tests open and close a few files at the same time.
        #expect(after >= before + 20)
    }
}
