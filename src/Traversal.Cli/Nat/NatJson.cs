using System.Text.Json;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Stun.Discovery;

namespace Traversal.Cli.Nat;

/// <summary>What was discovered, for programs: durations in seconds, behaviours in the words of RFC 4787.</summary>
internal static class NatJson
{
    public static void Write(NatBehavior nat, in TransportAddress server, Stream output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("server", server.ToString());
            json.WriteBoolean("reachable", nat.IsReachable);
            if (nat.Error != StunErrorCode.None) json.WriteNumber("error", (int)nat.Error);
            WriteAddress(json, "local", nat.LocalAddress);
            WriteAddress(json, "mapped", nat.MappedAddress);
            WriteAddress(json, "other", nat.OtherAddress);
            if (nat.RoundTrip is { } roundTrip) json.WriteNumber("roundTrip", roundTrip.TotalSeconds);
            WriteName(json, "mapping", nat.Mapping.ToString(), nat.MappingObstacle);
            WriteName(json, "filtering", nat.Filtering.ToString(), nat.FilteringObstacle);
            if (nat.Hairpins is { } hairpins) json.WriteBoolean("hairpins", hairpins);
            if (nat.PreservesPort is { } preserves) json.WriteBoolean("preservesPort", preserves);
            json.WriteBoolean("rewritesPayload", nat.RewritesPayload);
            if (nat.LifetimeObstacle == DiscoveryObstacle.None) json.WriteNumber("lifetimeAtLeast", nat.LifetimeAtLeast.TotalSeconds);
            if (nat.LifetimeAtMost is { } most) json.WriteNumber("lifetimeAtMost", most.TotalSeconds);
            if (nat.LifetimeObstacle is not (DiscoveryObstacle.None or DiscoveryObstacle.NotTested)) WriteObstacle(json, "lifetime", nat.LifetimeObstacle);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
        output.Flush();
    }

    private static void WriteAddress(Utf8JsonWriter json, string name, in TransportAddress address)
    {
        if (!address.IsNone) json.WriteString(name, address.ToString());
    }

    private static void WriteName(Utf8JsonWriter json, string name, string behavior, DiscoveryObstacle obstacle)
    {
        json.WriteString(name, Camel(behavior));
        if (obstacle != DiscoveryObstacle.None) WriteObstacle(json, name, obstacle);
    }

    private static void WriteObstacle(Utf8JsonWriter json, string name, DiscoveryObstacle obstacle) => json.WriteString(name + "Obstacle", Camel(obstacle.ToString()));

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
