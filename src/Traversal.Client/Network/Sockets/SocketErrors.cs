using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Client.Network.Sockets;

/// <summary>What each error of the platform means here.</summary>
internal static class SocketErrors
{
    public static NetworkStatus ToStatus(SocketError error) => error switch
    {
        SocketError.Success => NetworkStatus.Ok,
        SocketError.ConnectionRefused or SocketError.ConnectionReset => NetworkStatus.Refused,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown => NetworkStatus.Unreachable,
        SocketError.TimedOut => NetworkStatus.TimedOut,
        SocketError.AddressAlreadyInUse => NetworkStatus.AddressInUse,
        SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported or SocketError.ProtocolNotSupported
            or SocketError.InvalidArgument or SocketError.DestinationAddressRequired or SocketError.Fault => NetworkStatus.AddressNotAvailable,
        SocketError.AccessDenied => NetworkStatus.Denied,
        SocketError.MessageSize => NetworkStatus.TooLong,
        SocketError.WouldBlock or SocketError.TryAgain or SocketError.NoBufferSpaceAvailable => NetworkStatus.NoBuffer,
        SocketError.TooManyOpenSockets => NetworkStatus.OutOfDescriptors,
        SocketError.OperationAborted or SocketError.NotSocket or SocketError.Shutdown or SocketError.Interrupted => NetworkStatus.Closed,
        _ => NetworkStatus.Failed,
    };

    public static AddressFamily AddressFamily(this in TransportAddress address) =>
        address.IsIPv4 ? System.Net.Sockets.AddressFamily.InterNetwork : System.Net.Sockets.AddressFamily.InterNetworkV6;
}
