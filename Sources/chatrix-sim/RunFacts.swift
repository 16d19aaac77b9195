import ChatrixReport
import Foundation

/// What a report says about where a run took place.
enum RunFacts {
    static func versions() -> [RunEnvironment.Fact] {
        [.init("chatrix-sim", ChatrixSim.version), .init("kernel", kernel())]
    }

    static func host() -> [RunEnvironment.Fact] {
        let memory = ProcessInfo.processInfo.physicalMemory / (1 << 20)
        return [
            .init("processors", String(ProcessInfo.processInfo.activeProcessorCount)), .init("memory", "\(memory) MiB"),
            .init("file descriptors", String(descriptorLimit())),
        ]
    }

    private static func kernel() -> String {
        var name = utsname()
        guard uname(&name) == 0 else { return "unknown" }
        return withUnsafeBytes(of: name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func descriptorLimit() -> UInt {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        return UInt(limit.rlim_cur)
    }
}
