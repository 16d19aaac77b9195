import ChatrixMQTT
import Glibc

/// The age of this process.
enum ProcessClock {
    /// Milliseconds since the operating system started the process, which it notes in steps of 10.
    static func millisecondsSinceStart() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_BOOTTIME, &now)
        guard let account = ProcessAccount() else { return 0 }
        return max(0, now.tv_sec * 1000 + now.tv_nsec / 1_000_000 - account.startMilliseconds)
    }
}
