namespace Traversal.Transport.Linux;

/// <summary>Error numbers of Linux on x86-64 and arm64, those that something is decided by.</summary>
internal enum Errno
{
    None = 0,
    NotPermitted = 1,
    Interrupted = 4,
    InputOutput = 5,
    BadDescriptor = 9,
    Again = 11,
    OutOfMemory = 12,
    Access = 13,
    Invalid = 22,
    TooManyFilesInSystem = 23,
    TooManyFiles = 24,
    ProtocolError = 71,
    NotASocket = 88,
    DestinationRequired = 89,
    MessageTooLong = 90,
    ProtocolNotAvailable = 92,
    ProtocolNotSupported = 93,
    NotSupported = 95,
    FamilyNotSupported = 97,
    AddressInUse = 98,
    AddressNotAvailable = 99,
    NetworkDown = 100,
    NetworkUnreachable = 101,
    NoBuffers = 105,
    ConnectionRefused = 111,
    HostDown = 112,
    HostUnreachable = 113,
}
