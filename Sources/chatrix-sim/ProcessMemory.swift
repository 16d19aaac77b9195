import Foundation
import Synchronization

/// Resident memory of this process: where it began, and the most that was seen.
final class ProcessMemory: Sendable {
    let bytesAtStart: Int
    private let bytesMax: Mutex<Int>

    init() {
        bytesAtStart = ProcessMemory.residentBytes()
        bytesMax = Mutex(bytesAtStart)
    }

    /// Looks again.
    func sample() {
        let bytes = ProcessMemory.residentBytes()
        bytesMax.withLock { $0 = max($0, bytes) }
    }

    /// What came on top of the start.
    var growthBytesMax: Int { bytesMax.withLock { $0 } - bytesAtStart }

    /// 0 where the kernel does not tell.
    private static func residentBytes() -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
