using System.Text;
using Traversal.Primitives;

namespace Traversal.Client.Network;

/// <summary>Asks an HTTP proxy for a tunnel (RFC 9110 section 9.3.6, RFC 9112 section 3.2.3).</summary>
internal static class HttpConnect
{
    /// <summary>A proxy that says more before the tunnel opens is not listened to.</summary>
    private const int MaxHead = 16_384;

    public static async Task<NetworkStatus> RunAsync(Stream stream, ProxySettings proxy, TransportAddress remote, CancellationToken cancellationToken)
    {
        string credentials = proxy.User is null
            ? ""
            : $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{proxy.User}:{proxy.Password}"))}\r\n";
        string request = $"CONNECT {remote} HTTP/1.1\r\nHost: {remote}\r\n{credentials}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), cancellationToken).ConfigureAwait(false);

        // Byte by byte: whatever follows the head belongs to the tunnel.
        byte[] head = new byte[MaxHead];
        for (int length = 0; length < MaxHead;)
        {
            if (await stream.ReadAsync(head.AsMemory(length, 1), cancellationToken).ConfigureAwait(false) == 0) return NetworkStatus.Failed;
            length++;
            if (head.AsSpan(0, length).EndsWith("\r\n\r\n"u8)) return StatusOf(head.AsSpan(0, length));
        }

        return NetworkStatus.Failed;
    }

    // "HTTP/1.1 200 Connection established"
    private static NetworkStatus StatusOf(ReadOnlySpan<byte> head)
    {
        if (head.Length < 12 || !head.StartsWith("HTTP/1."u8) || head[8] != ' ') return NetworkStatus.Failed;
        return head.Slice(9, 3) switch
        {
            [(byte)'2', _, _] => NetworkStatus.Ok,
            [(byte)'4', (byte)'0', (byte)'1' or (byte)'3' or (byte)'5' or (byte)'7'] => NetworkStatus.Denied,
            [(byte)'5', (byte)'0', (byte)'2' or (byte)'3'] => NetworkStatus.Unreachable,
            [(byte)'5', (byte)'0', (byte)'4'] => NetworkStatus.TimedOut,
            _ => NetworkStatus.Failed,
        };
    }
}
