using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Transport.Managed;

/// <summary>Converts between the framework's socket address, a buffer in the platform's layout, and ours, without allocating.</summary>
internal static class SocketAddressCodec
{
    public static AddressFamily FamilyOf(in TransportAddress address) =>
        address.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    /// <summary>An address to receive into or to send to; exactly as long as the family needs, or the framework compares it wrongly.</summary>
    public static SocketAddress NewBuffer(AddressFamily family) => new(family, SocketAddress.GetMaximumAddressSize(family));

    /// <summary>Reads an address that a receive has filled in.</summary>
    public static TransportAddress Read(SocketAddress source)
    {
        TransportAddress.TryReadSocketAddress(source.Buffer.Span[..source.Size], out TransportAddress address);
        return address.Unmapped();
    }

    /// <summary>Writes an address of the buffer's own family.</summary>
    public static void Write(in TransportAddress source, SocketAddress destination) => source.WriteSocketAddress(destination.Buffer.Span);
}
