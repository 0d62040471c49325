extension Overlay {
    /// Adds a backend whose programs run these commands of the shell.
    public func addBackend(_ name: String, check: String = "exit 0", get: String) throws {
        for (role, commands) in [("check", check), ("get", get)] {
            try addProgram("pierdat-\(role)-\(name)", "#!/bin/sh\n\(commands)\n")
        }
    }

    /// Adds a script beside its own programs.
    public func addProgram(_ name: String, _ script: String) throws {
        try Script.write(script, to: prefix.appending("usr/bin").appending(name))
    }
}
