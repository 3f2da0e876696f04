using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Traversal.Client;
using Traversal.Primitives;

namespace Traversal.Cli;

/// <summary><c>traversal stun HOST[:PORT]</c>: my public address.</summary>
internal static class StunCommand
{
    private const int DefaultPort = 3478;

    private static readonly Argument<string> ServerArgument = new("SERVER") { Description = "HOST or HOST:PORT; the port defaults to 3478." };

    public static Command Create()
    {
        var command = new Command("stun", "Print the address that a STUN server sees this machine at.") { ServerArgument };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(ServerArgument)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string server, CancellationToken cancellationToken)
    {
        if (!TryParse(server, out string host, out int port)) return Exit.Usage($"stun: '{server}' is not HOST or HOST:PORT");
        IPEndPoint? address = await ResolveAsync(host, port, cancellationToken).ConfigureAwait(false);
        if (address is null) return Exit.Failure($"stun: {host} has no address.");

        StunResult answer = await new StunClient().QueryAsync(address, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (!answer.IsAnswered) return Exit.Failure($"stun: {answer}");

        Console.WriteLine(answer.Binding.MappedAddress);
        return Exit.Success;
    }

    private static async Task<IPEndPoint?> ResolveAsync(string host, int port, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out IPAddress? address)) return new IPEndPoint(address, port);
        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
            return addresses.Length > 0 ? new IPEndPoint(addresses[0], port) : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static bool TryParse(string server, out string host, out int port)
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
            if (!ushort.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort given) || given == 0) return false;
            port = given;
            host = host[..colon].Trim('[', ']');
        }

        // A number is no host, although the framework reads it as an address.
        return Uri.CheckHostName(host) != UriHostNameType.Unknown && !host.All(char.IsAsciiDigit);
    }
}
