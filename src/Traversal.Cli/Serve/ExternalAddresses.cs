using Traversal.Client;
using Traversal.Primitives;
using Traversal.Server;
using Traversal.Service.Configuration;
using Traversal.Turn.Server;

namespace Traversal.Cli.Serve;

/// <summary>Asks a STUN server what relay addresses look like from outside, where the operator leaves it to be found out.</summary>
internal static class ExternalAddresses
{
    /// <summary>Puts the answers into the settings.</summary>
    /// <exception cref="SettingsException">The name of the STUN server is none.</exception>
    /// <exception cref="ListenException">It gave no answer, or none of the family of the address.</exception>
    public static async Task ResolveAsync(ServiceSettings settings, CancellationToken cancellationToken)
    {
        if (settings.AutomaticRelayAddresses.Count == 0) return;
        if (!ServerName.TryParse(settings.StunServer!, out ServerUri? server)) throw new SettingsException($"--stun-server: '{settings.StunServer}' is not HOST or HOST:PORT");

        foreach (int place in settings.AutomaticRelayAddresses)
        {
            TransportAddress local = settings.Server.Relay.RelayAddresses[place].Local;
            settings.Server.Relay.RelayAddresses[place] = new RelayHostAddress(local, await AskAsync(server, local, cancellationToken).ConfigureAwait(false));
        }
    }

    private static async Task<TransportAddress> AskAsync(ServerUri server, TransportAddress local, CancellationToken cancellationToken)
    {
        var client = new StunClient(new StunClientOptions { LocalAddress = local });
        StunResult answer = await client.QueryAsync(server, transports: null, cancellationToken).ConfigureAwait(false);
        string name = $"--relay-address {local.ToIPAddress()}=auto";
        if (!answer.IsAnswered) throw new ListenException($"{name}: {answer}");

        TransportAddress external = answer.Binding.MappedAddress.WithPort(0);
        return external.Family == local.Family ? external : throw new ListenException($"{name}: the STUN server sees it at {external.ToIPAddress()}");
    }
}
