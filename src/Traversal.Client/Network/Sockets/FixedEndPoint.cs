using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Client.Network.Sockets;

/// <summary>
/// An end point that hands out the same socket address each time, so that the framework makes no object for each datagram. The address is exactly as
/// long as the family needs, or the framework compares it wrongly.
/// </summary>
internal sealed class FixedEndPoint(AddressFamily family) : EndPoint
{
    private readonly SocketAddress _address = new(family, SocketAddress.GetMaximumAddressSize(family));

    public override AddressFamily AddressFamily => family;

    public TransportAddress Value
    {
        get
        {
            TransportAddress.TryReadSocketAddress(_address.Buffer.Span[.._address.Size], out TransportAddress value);
            return value;
        }

        set => value.WriteSocketAddress(_address.Buffer.Span);
    }

    public override SocketAddress Serialize() => _address;

    public override EndPoint Create(SocketAddress socketAddress)
    {
        if (!ReferenceEquals(socketAddress, _address)) socketAddress.Buffer.Span[..socketAddress.Size].CopyTo(_address.Buffer.Span);
        return this;
    }
}
