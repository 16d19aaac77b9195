import CLinux
import Glibc

/// Starting of child processes: own process group (so that Ctrl-C in a terminal reaches only us), default signal
/// handling, and no file but the ones named.
enum ChildProcess {
    /// Starts `program`; `files[n]` becomes the child's descriptor n. Returns its process ID.
    static func spawn(_ program: String, _ arguments: [String], files: [CInt]) throws(ManagedBrokerError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Descriptors below the number of targets would be overwritten before they are copied.
        for (target, source) in files.enumerated() {
            precondition(source >= files.count, "descriptor \(source) collides with the child's")
            posix_spawn_file_actions_adddup2(&actions, source, CInt(target))
        }
        posix_spawn_file_actions_addclosefrom_np(&actions, CInt(files.count))

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let list = ([program] + arguments).map { strdup($0) } + [nil]
        defer { list.forEach { free($0) } }
        var processID: pid_t = 0
        let code = posix_spawn(&processID, program, &actions, &attributes, list, environ)
        guard code == 0 else { throw .system(operation: "starting \(program)", code: code) }
        return processID
    }

    /// Waits for the end of a child and reads how it ended.
    static func termination(status: CInt) -> BrokerTermination {
        let signal = status & 0x7f
        return signal == 0 ? .exited(status: Int(status >> 8) & 0xff) : .signalled(Int(signal))
    }

    /// A copy of `descriptor` at 10 or above, closed in children, so that `spawn` can move it anywhere.
    static func raised(_ descriptor: CInt, _ purpose: String) throws(ManagedBrokerError) -> CInt {
        guard descriptor >= 0 else { throw .system(operation: "opening \(purpose)", code: errno) }
        defer { close(descriptor) }
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 10)
        guard copy >= 0 else { throw .system(operation: "opening \(purpose)", code: errno) }
        return copy
    }
}
