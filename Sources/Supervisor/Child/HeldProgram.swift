import LinuxSystem

/// The container's program while it waits for downloads, with what it inherits.
struct HeldProgram {
    let program: SupervisorConfiguration.Program
    private let workingDirectory: OwnedDescriptor?
    private let descriptors = CurrentProcess.descriptorLimit

    /// Call this before the working directory and the limit of descriptors change. Inherited descriptors must stay
    /// open.
    init(_ program: SupervisorConfiguration.Program) {
        self.program = program
        workingDirectory = CurrentProcess.openWorkingDirectory()
    }

    /// Restores the working directory and the limit of descriptors for the program.
    func restoreSurroundings() {
        if let workingDirectory { CurrentProcess.changeDirectory(to: workingDirectory) }
        CurrentProcess.descriptorLimit = descriptors
    }
}
