using System.Net.Sockets;

namespace Traversal.Transport.Managed;

/// <summary>What each error of the platform means here.</summary>
internal static class SocketErrors
{
    public static OpenFailure ToOpenFailure(SocketError error) => error switch
    {
        SocketError.AddressAlreadyInUse => OpenFailure.AddressInUse,
        SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported or SocketError.ProtocolNotSupported
            or SocketError.NetworkUnreachable or SocketError.InvalidArgument => OpenFailure.AddressNotAvailable,
        SocketError.AccessDenied => OpenFailure.Denied,
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable => OpenFailure.OutOfDescriptors,
        SocketError.OperationNotSupported or SocketError.ProtocolOption => OpenFailure.NotSupported,
        _ => OpenFailure.Other,
    };

    public static SendFailure ToSendFailure(SocketError error) => error switch
    {
        SocketError.WouldBlock or SocketError.TryAgain or SocketError.NoBufferSpaceAvailable => SendFailure.NoBuffer,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown
            or SocketError.ConnectionRefused or SocketError.ConnectionReset => SendFailure.Unreachable,
        SocketError.AccessDenied => SendFailure.Denied,
        SocketError.MessageSize => SendFailure.TooLong,
        SocketError.InvalidArgument or SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported
            or SocketError.DestinationAddressRequired or SocketError.Fault => SendFailure.BadDestination,
        SocketError.OperationAborted or SocketError.NotSocket or SocketError.Shutdown => SendFailure.NoSocket,
        _ => SendFailure.Other,
    };
}
