using System.Reflection;
using System.Text;
using Traversal.Turn.Server;

namespace Traversal.Conformance.Tests.Rfc8656;

/// <summary>RFC 8656 section 6: allocations.</summary>
public sealed class Section6Allocations
{
    [Fact]
    [Trait("Requirement", "RFC8656-6-2")]
    public void The_relay_keeps_keys_and_nowhere_the_password()
    {
        const string Password = "a password that is easily told from all else";
        var relay = new TestRelay(credentials: TestRelay.Credentials(("known", Password)));
        var client = new TestClient(relay, user: "known", password: Password);
        Assert.True(client.Allocate().IsSuccess);

        Assert.True(Holds(relay.Machine, Encoding.UTF8.GetBytes("known"), []));
        Assert.False(Holds(relay.Machine, Encoding.UTF8.GetBytes(Password), []));
    }

    [Fact]
    [Trait("Requirement", "RFC8656-6-1")]
    public void No_two_allocations_have_the_same_relayed_address()
    {
        var relay = new TestRelay(options => (options.MinPort, options.MaxPort, options.MaxAllocationsPerSource) = (50_000, 50_199, 1000));
        var relayed = Enumerable.Range(1, 200).Select(port => new TestClient(relay, $"198.1.0.7:{port}").Allocate().Relayed).ToHashSet();

        Assert.Equal(200, relayed.Count);
        Assert.Equal(508, new TestClient(relay, "198.1.0.7:201").Allocate().Code);
    }

    /// <summary>Whether any text or bytes that an object reaches by its fields contain a value.</summary>
    private static bool Holds(object holder, byte[] value, HashSet<object> seen)
    {
        if (holder is string text) return Encoding.UTF8.GetBytes(text).AsSpan().IndexOf(value) >= 0;
        if (holder is byte[] bytes) return bytes.AsSpan().IndexOf(value) >= 0;

        Type type = holder.GetType();
        bool isPlain = type.IsPrimitive || type.IsEnum || type.IsPointer || (type.Namespace ?? "").StartsWith("System.Threading", StringComparison.Ordinal);
        if (isPlain || (!type.IsValueType && !seen.Add(holder))) return false;
        if (holder is Array { Rank: 1 } array) return !type.GetElementType()!.IsPrimitive && array.Cast<object?>().Any(item => item is not null && Holds(item, value, seen));

        return FieldsOf(type).Any(field => field.GetValue(holder) is { } item && item is not (Delegate or MemberInfo) && Holds(item, value, seen));
    }

    private static IEnumerable<FieldInfo> FieldsOf(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!field.FieldType.IsPointer && !field.FieldType.IsByRefLike) yield return field;
            }
        }
    }
}
