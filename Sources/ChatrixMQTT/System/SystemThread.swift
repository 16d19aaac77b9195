import CLinux
import Glibc

/// A named thread of the operating system with all signals blocked, so that they reach the program's own handlers.
final class SystemThread: @unchecked Sendable {
    fileprivate var thread = pthread_t()

    private final class Start {
        let name: String
        let body: () -> Void

        init(name: String, body: @escaping () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts `body`; `name` is cut to 15 bytes, as Linux does.
    init(name: String, _ body: @escaping @Sendable () -> Void) throws(MQTTError) {
        let start = Unmanaged.passRetained(Start(name: String(name.prefix(15)), body: body))
        var all = sigset_t()
        var previous = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &previous)
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                pthread_setname_np(pthread_self(), start.name)
                start.body()
                return nil
            }, start.toOpaque())
        pthread_sigmask(SIG_SETMASK, &previous, nil)
        if code != 0 {
            start.release()
            throw .system(operation: "starting the thread \(name)", code: code)
        }
    }

    /// Waits for the end of the thread; to be called exactly once, from another thread.
    func join() {
        pthread_join(thread, nil)
    }
}

extension SystemThread {
    /// Lets the thread end by itself; in place of `join()`.
    func detach() {
        pthread_detach(thread)
    }
}
