import CLinux
import Glibc

/// A small shell that ends the broker and removes its folder when this process dies, by whatever signal.
///
/// It reads from a socket whose other end only this process holds: the kernel closes that end with the process, and
/// the shell then reads the end of the file. (The parent-death signal of prctl would be bound to the thread that
/// started the broker, and mosquitto loses it when it drops root.) The broker announces itself on the same socket
/// before it is executed, so there is no moment in which it runs unguarded.
struct OrphanGuard {
    private static let script = """
        broker=
        while read -r word value; do
            case $word in
                watch) broker=$value ;;
                forget) broker= ;;
                done) exit 0 ;;
            esac
        done
        if [ -n "$broker" ]; then
            kill -TERM "$broker" 2>/dev/null
            tries=0
            while kill -0 "$broker" 2>/dev/null && [ $tries -lt 20 ]; do sleep 0.1; tries=$((tries + 1)); done
            kill -KILL "$broker" 2>/dev/null
        fi
        rm -rf -- "$1"
        """

    let processID: pid_t
    /// Our end; the broker's shell gets a copy.
    let descriptor: CInt

    /// Starts the guard for the private `folder`.
    init(folder: String, nullDevice: CInt) throws(ManagedBrokerError) {
        var pair: [CInt] = [-1, -1]
        guard socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair) == 0 else {
            throw .system(operation: "opening the guard's socket", code: errno)
        }
        descriptor = try ChildProcess.raised(pair[0], "the guard's socket")
        do {
            let other = try ChildProcess.raised(pair[1], "the guard's socket")
            defer { close(other) }
            processID = try ChildProcess.spawn(
                "/bin/sh", ["-c", Self.script, "chatrix-broker-guard", folder], files: [other, nullDevice, nullDevice])
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// The broker has ended and its process ID may go to another program.
    func forget() {
        say("forget\n")
    }

    /// Ends the guard without consequences and waits for it.
    func dismiss() {
        say("done\n")
        close(descriptor)
        var status: CInt = 0
        while waitpid(processID, &status, 0) < 0, errno == EINTR {}
    }

    private func say(_ line: String) {
        let bytes = Array(line.utf8)
        // A guard that was killed cannot be told; without MSG_NOSIGNAL that would kill us, too.
        _ = send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
    }
}
