using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Load.Command;

/// <summary>Options that are addresses.</summary>
internal static class Addresses
{
    private const ushort TurnPort = 3478;

    public static Option<TransportAddress> Option(string name, string description, string byDefault) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => TransportAddress.From(IPAddress.Parse(byDefault), 0),
        CustomParser = argument => Read(argument, argument.Tokens[0].Value),
    };

    public static Option<TransportAddress[]> ListOption(string name, string description) => new(name)
    {
        Description = description,
        AllowMultipleArgumentsPerToken = true,
        CustomParser = argument => [.. argument.Tokens.Select(token => Read(argument, token.Value))],
    };

    /// <summary>A server: an address or a name, and a port unless it is 3478.</summary>
    public static Option<TransportAddress> ServerOption(string name, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => TransportAddress.FromIPv4(0x7F00_0001, TurnPort),
        CustomParser = argument => ReadServer(argument, argument.Tokens[0].Value),
    };

    private static TransportAddress Read(ArgumentResult argument, string text)
    {
        if (IPAddress.TryParse(text, out IPAddress? address)) return TransportAddress.From(address, 0);

        argument.AddError($"'{text}' is not an IP address.");
        return default;
    }

    private static TransportAddress ReadServer(ArgumentResult argument, string text)
    {
        if (TransportAddress.TryParse(text, out TransportAddress result)) return result;
        if (IPAddress.TryParse(text, out IPAddress? address)) return TransportAddress.From(address, TurnPort);

        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? text : text[..colon];
        ushort port = TurnPort;
        if (colon < 0 || ushort.TryParse(text.AsSpan(colon + 1), out port))
        {
            try
            {
                IPAddress[] found = Dns.GetHostAddresses(host);
                if (found.Length > 0) return TransportAddress.From(found[0], port);
            }
            catch (SocketException)
            {
                // Said below like every other text that is no server.
            }
        }

        argument.AddError($"'{text}' is not HOST:PORT of a server that can be found.");
        return default;
    }
}
