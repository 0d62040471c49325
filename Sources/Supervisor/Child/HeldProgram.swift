import LinuxSystem

/// What the container's program inherits, while it waits for downloads.
struct HeldProgram {
    private let workingDirectory: OwnedDescriptor?
    private let descriptors = CurrentProcess.descriptorLimit

    /// Call this before the working directory and the limit of descriptors change. Inherited descriptors must stay
    /// open.
    init() {
        workingDirectory = CurrentProcess.openWorkingDirectory()
    }

    /// Restores the working directory and the limit of descriptors for the program.
    func restoreSurroundings() {
        if let workingDirectory { CurrentProcess.changeDirectory(to: workingDirectory) }
        CurrentProcess.descriptorLimit = descriptors
    }
}
