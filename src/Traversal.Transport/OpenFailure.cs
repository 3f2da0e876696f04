namespace Traversal.Transport;

/// <summary>Why a socket could not be opened.</summary>
public enum OpenFailure
{
    /// <summary>It was opened.</summary>
    None = 0,

    /// <summary>The address and port are taken.</summary>
    AddressInUse,

    /// <summary>The machine does not have the address, or not the IP version.</summary>
    AddressNotAvailable,

    /// <summary>The operating system refuses: a privileged port, or a sandbox.</summary>
    Denied,

    /// <summary>No descriptor, no kernel memory, or no place in the engine (<see cref="DatagramEngineOptions.MaxSockets"/>) is left.</summary>
    OutOfDescriptors,

    /// <summary>This engine, or this system, cannot open such a socket.</summary>
    NotSupported,

    /// <summary>Anything else.</summary>
    Other,
}
