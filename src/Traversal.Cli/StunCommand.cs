using System.CommandLine;
using Traversal.Client;
using Traversal.Primitives;

namespace Traversal.Cli;

/// <summary><c>traversal stun HOST[:PORT]</c>: my public address.</summary>
internal static class StunCommand
{
    private static readonly Argument<string> ServerArgument = ServerName.NewArgument();

    public static Command Create()
    {
        var command = new Command("stun", "Print the address that a STUN server sees this machine at.") { ServerArgument };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(ServerArgument)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string server, CancellationToken cancellationToken)
    {
        if (!ServerName.TryParse(server, out string host, out ushort port)) return Exit.Usage($"stun: '{server}' is not HOST or HOST:PORT");
        TransportAddress address = await ServerName.ResolveAsync(host, port, cancellationToken).ConfigureAwait(false);
        if (address.IsNone) return Exit.Failure($"stun: {host} has no address.");

        StunResult answer = await new StunClient().QueryAsync(address, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (!answer.IsAnswered) return Exit.Failure($"stun: {answer}");

        Console.WriteLine(answer.Binding.MappedAddress);
        return Exit.Success;
    }
}
