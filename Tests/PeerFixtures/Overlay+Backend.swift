extension Overlay {
    /// Adds a backend whose programs run these shell commands.
    public func addBackend(_ name: String, check: String = "exit 0", get: String) throws {
        for (role, commands) in [("check", check), ("get", get)] {
            try addProgram("pierdat-\(role)-\(name)", "#!/bin/sh\n\(commands)\n")
        }
    }

    /// Adds a script next to the overlay's programs.
    public func addProgram(_ name: String, _ script: String) throws {
        try Script.write(script, to: prefix.appending("usr/bin").appending(name))
    }
}
