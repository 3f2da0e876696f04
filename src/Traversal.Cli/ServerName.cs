using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Cli;

/// <summary>The server that a command asks: HOST or HOST:PORT.</summary>
internal static class ServerName
{
    private const int DefaultPort = 3478;

    public static Argument<string> NewArgument() => new("SERVER") { Description = "HOST or HOST:PORT; the port defaults to 3478." };

    public static bool TryParse(string server, out string host, out ushort port)
    {
        port = DefaultPort;
        host = server.StartsWith("stun:", StringComparison.OrdinalIgnoreCase) ? server[5..] : server;
        if (TransportAddress.TryParseAddress(host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host, out TransportAddress bare))
        {
            host = bare.ToIPAddress().ToString();
            return true;
        }

        int colon = host.LastIndexOf(':');
        if (colon >= 0)
        {
            if (!ushort.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port == 0) return false;
            host = host[..colon].Trim('[', ']');
        }

        // A number is no host, although the framework reads it as an address.
        return Uri.CheckHostName(host) != UriHostNameType.Unknown && !host.All(char.IsAsciiDigit);
    }

    /// <summary>The first address of a host; the default value if it has none.</summary>
    public static async Task<TransportAddress> ResolveAsync(string host, ushort port, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out IPAddress? address)) return TransportAddress.From(address, port);
        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
            return addresses.Length > 0 ? TransportAddress.From(addresses[0], port) : default;
        }
        catch (SocketException)
        {
            return default;
        }
    }
}
