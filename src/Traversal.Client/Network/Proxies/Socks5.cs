using System.Buffers.Binary;
using System.Text;
using Traversal.Primitives;

namespace Traversal.Client.Network;

/// <summary>Asks a SOCKS proxy for a connection (RFC 1928), with a user name and password if it wants them (RFC 1929).</summary>
internal static class Socks5
{
    private const byte Version = 5;
    private const byte Connect = 1;
    private const byte NoAuthentication = 0;
    private const byte UserAndPassword = 2;
    private const byte AuthenticationVersion = 1;
    private const byte IPv4 = 1;
    private const byte DomainName = 3;
    private const byte IPv6 = 4;

    public static async Task<NetworkStatus> RunAsync(Stream stream, ProxySettings proxy, TransportAddress remote, CancellationToken cancellationToken)
    {
        byte[] greeting = proxy.User is null ? [Version, 1, NoAuthentication] : [Version, 2, NoAuthentication, UserAndPassword];
        await stream.WriteAsync(greeting, cancellationToken).ConfigureAwait(false);
        byte[] answer = new byte[4];
        await stream.ReadExactlyAsync(answer.AsMemory(0, 2), cancellationToken).ConfigureAwait(false);
        if (answer[0] != Version) return NetworkStatus.Failed;

        if (answer[1] == UserAndPassword && proxy.User is not null)
        {
            await stream.WriteAsync(Credentials(proxy), cancellationToken).ConfigureAwait(false);
            await stream.ReadExactlyAsync(answer.AsMemory(0, 2), cancellationToken).ConfigureAwait(false);
            if (answer[1] != 0) return NetworkStatus.Denied;
        }
        else if (answer[1] != NoAuthentication)
        {
            return NetworkStatus.Denied;
        }

        await stream.WriteAsync(Request(in remote), cancellationToken).ConfigureAwait(false);
        await stream.ReadExactlyAsync(answer, cancellationToken).ConfigureAwait(false);
        if (answer[0] != Version) return NetworkStatus.Failed;
        if (answer[1] != 0) return StatusOf(answer[1]);

        // The address that the proxy connects from, and its port: of no use here.
        int length = answer[3] switch { IPv4 => 4, IPv6 => 16, DomainName => await ReadLengthAsync().ConfigureAwait(false), _ => -1 };
        if (length < 0) return NetworkStatus.Failed;
        await stream.ReadExactlyAsync(new byte[length + sizeof(ushort)], cancellationToken).ConfigureAwait(false);
        return NetworkStatus.Ok;

        async Task<int> ReadLengthAsync()
        {
            await stream.ReadExactlyAsync(answer.AsMemory(0, 1), cancellationToken).ConfigureAwait(false);
            return answer[0];
        }
    }

    private static byte[] Credentials(ProxySettings proxy)
    {
        byte[] user = Encoding.UTF8.GetBytes(proxy.User!), password = Encoding.UTF8.GetBytes(proxy.Password ?? "");
        return [AuthenticationVersion, (byte)user.Length, .. user, (byte)password.Length, .. password];
    }

    private static byte[] Request(in TransportAddress remote)
    {
        byte[] request = new byte[4 + remote.AddressLength + sizeof(ushort)];
        (request[0], request[1], request[3]) = (Version, Connect, remote.IsIPv4 ? IPv4 : IPv6);
        remote.WriteAddressBytes(request.AsSpan(4));
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(request.Length - sizeof(ushort)), remote.Port);
        return request;
    }

    // RFC 1928 section 6.
    private static NetworkStatus StatusOf(byte reply) => reply switch
    {
        2 => NetworkStatus.Denied,
        3 or 4 => NetworkStatus.Unreachable,
        5 => NetworkStatus.Refused,
        6 => NetworkStatus.TimedOut,
        8 => NetworkStatus.AddressNotAvailable,
        _ => NetworkStatus.Failed,
    };
}
